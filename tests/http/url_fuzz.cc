// Any text as a URL, a link, a host: no crash, normalising twice changes nothing, and no byte that
// could end a line of a request comes through.
#include <cstdlib>
#include <string_view>

#include "net/http/syntax.h"
#include "net/http/uri.h"
#include "net/http/url.h"

using namespace rill::http;

namespace {

void check(const std::optional<Url>& url) {
  if (!url) return;
  if (Url::parse(url->text()) != url) std::abort();
  if (!is_request_target(url->target()) || !is_request_target(url->authority())) std::abort();
  if (remove_dot_segments(url->path()) != url->path()) std::abort();
  if (url->resolve("") != url || url->resolve(url->target()) == std::nullopt) {
    if (!url->target().starts_with("//")) std::abort();  // "//x" means a host
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(Url::parse(text));
  check(Url::parse("https://host:8443/a/b/../c?d")->resolve(text));
  const std::string target = resolve_reference("http://a/b/c/d;p?q", text);
  if (join_uri(split_uri(target)) != target) std::abort();
  return 0;
}
