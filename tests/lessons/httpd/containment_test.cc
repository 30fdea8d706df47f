// Not a byte from outside the root: links, dots in every spelling, and races.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/lessons/httpd/disk.h"
#include "tests/lessons/httpd/wire.h"

namespace rill::httpd {
namespace {

TEST_CASE("no path leads out of the root", "[disk]") {
  const Disk disk;
  with_each_lookup(disk, [&](DiskSite& site, Lookup lookup) {
    // RequestPath leaves none of these; the disk holds by itself.
    if (lookup == Lookup::by_kernel) {
      for (const std::string path : {"..", "../secret", "docs/../../secret", "../root-evil/secret"})
        CHECK(look(site, path) == "<nothing>");
      CHECK(look(site, (disk.top() / "secret").string()) == "<nothing>");
      CHECK(look(site, "/etc/passwd") == "<nothing>");
    }
  });
}

TEST_CASE("links that leave the root lead nowhere", "[disk]") {
  const Disk disk;
  disk.link("../secret", "up");
  disk.link((disk.top() / "secret").string(), "absolute");
  disk.link((disk.root() / "index.html").string(), "absolute_inside");
  disk.link("..", "parent");
  disk.link("/", "slash");
  disk.link("../root/index.html", "out_and_in");
  disk.link("up", "chain");
  disk.link("docs/../../secret", "zigzag");
  disk.link("loop", "loop");
  disk.link("none", "dangling");
  disk.link("/proc/self/root/etc/passwd", "magic");
  disk.link("/proc/self/cwd", "magic_folder");
  with_each_lookup(disk, [](DiskSite& site, Lookup) {
    for (const std::string path :
         {"up", "absolute", "absolute_inside", "parent", "parent/secret", "slash/etc/passwd",
          "out_and_in", "chain", "zigzag", "loop", "loop/x", "dangling", "magic",
          "magic_folder/WORKSPACE", "parent/root/index.html"}) {
      INFO(path);
      CHECK(look(site, path) == "<nothing>");
    }
  });
}

TEST_CASE("relative links that stay inside are followed by the kernel, and not by the walk",
          "[disk]") {
  const Disk disk;
  disk.link("docs/a.txt", "file_link");
  disk.link("docs", "folder_link");
  disk.link("docs/deep/../a.txt", "dots");
  with_each_lookup(disk, [](DiskSite& site, Lookup lookup) {
    const bool follows = lookup == Lookup::by_kernel;
    CHECK(look(site, "file_link") == (follows ? "alpha" : "<nothing>"));
    CHECK(look(site, "folder_link") == (follows ? "<directory>" : "<nothing>"));
    CHECK(look(site, "folder_link/a.txt") == (follows ? "alpha" : "<nothing>"));
    CHECK(look(site, "dots") == (follows ? "alpha" : "<nothing>"));
  });
}

TEST_CASE("nobody gets out while folders and links are swapped", "[disk]") {
  const Disk disk;
  disk.write("root/docs/deep/secret", "public");
  fs::create_directory_symlink("../..", disk.root() / "docs/link");
  std::atomic<bool> stop = false;
  std::thread racer([&] {
    const fs::path deep = disk.root() / "docs/deep";
    const fs::path link = disk.root() / "docs/link";
    const fs::path aside = disk.root() / "docs/aside";
    while (!stop) {
      std::rename(deep.c_str(), aside.c_str());
      std::rename(link.c_str(), deep.c_str());
      std::rename(deep.c_str(), link.c_str());
      std::rename(aside.c_str(), deep.c_str());
    }
  });
  // At full rate, once with a cache that looks each time.
  std::size_t served = 0;
  const auto race = [&](DiskSite& site) {
    const auto begin = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - begin < std::chrono::seconds(1)) {
      for (int i = 0; i < 100; ++i) {
        const std::string got = look(site, "docs/deep/secret");
        if (got != "public" && got != "<nothing>" && got != "<error>") FAIL(got);
        served += got == "public";
      }
    }
  };
  with_each_lookup(disk, [&](DiskSite& site, Lookup) { race(site); });
  DiskSite cached(disk.root().string(), CacheLimits{.fresh = Duration()});
  race(cached);
  stop = true;
  racer.join();
  CHECK(served > 0);
}

TEST_CASE("over the network, nothing of the outside is served either", "[disk]") {
  const Disk disk;
  disk.link("../secret", "up");
  disk.link("../..", "parent");
  DiskSite site(disk.root().string());
  for (const std::string target : {"/up",
                                   "/parent/secret",
                                   "/../secret",
                                   "/docs/../../secret",
                                   "/%2e%2e/secret",
                                   "/%2e%2e%2fsecret",
                                   "/..%2fsecret",
                                   "/.%2e/secret",
                                   "/..%5csecret",
                                   "/..%c0%afsecret",
                                   "/%c0%ae%c0%ae/secret",
                                   "/%e0%80%ae%e0%80%ae/secret",
                                   "/%252e%252e/secret",
                                   "/%uff0e%uff0e/secret",
                                   "/../root-evil/secret",
                                   "//secret",
                                   "/./../secret",
                                   "/docs/..;/..;/secret",
                                   "/index.html/../../secret",
                                   "/docs/deep/../../../secret",
                                   "http://server/../secret",
                                   "/..%00/secret",
                                   "/..%0d/secret",
                                   "/.../secret",
                                   "/~/secret"}) {
    INFO(target);
    const std::string received = talk(site, get(target)).received;
    CHECK(received.find("SECRET") == received.npos);
    const int status = replies(received).at(0).status;
    CHECK((status == 400 || status == 404));
  }
}

}  // namespace
}  // namespace rill::httpd
