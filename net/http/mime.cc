// See mime.h. The types are those of the IANA registry (iana.org/assignments/media-types).
#include "net/http/mime.h"

#include <algorithm>

#include "net/http/syntax.h"

namespace rill::http {

namespace {

constexpr std::string_view kBuiltIn = R"(
application/atom+xml atom
application/epub+zip epub
application/gzip gz tgz
application/java-archive jar
application/json json map
application/ld+json jsonld
application/manifest+json webmanifest
application/msword doc
application/ogg ogx
application/pdf pdf
application/rss+xml rss
application/rtf rtf
application/vnd.ms-excel xls
application/vnd.ms-powerpoint ppt
application/vnd.oasis.opendocument.presentation odp
application/vnd.oasis.opendocument.spreadsheet ods
application/vnd.oasis.opendocument.text odt
application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
application/wasm wasm
application/x-7z-compressed 7z
application/x-bzip2 bz2
application/x-tar tar
application/x-xz xz
application/xhtml+xml xhtml xht
application/xml xml xsl
application/zip zip
application/zstd zst
audio/aac aac
audio/flac flac
audio/midi mid midi
audio/mp4 m4a
audio/mpeg mp3
audio/ogg oga ogg opus
audio/wav wav
audio/webm weba
font/otf otf
font/ttf ttf
font/woff woff
font/woff2 woff2
image/avif avif
image/bmp bmp
image/gif gif
image/jpeg jpg jpeg
image/jxl jxl
image/png png
image/svg+xml svg
image/tiff tif tiff
image/vnd.microsoft.icon ico
image/webp webp
text/calendar ics
text/css css
text/csv csv
text/html html htm
text/javascript js mjs
text/markdown md
text/plain txt text log conf ini cc h py sh
text/vcard vcf
video/mp2t ts
video/mp4 mp4 m4v
video/mpeg mpeg mpg
video/ogg ogv
video/quicktime mov
video/webm webm
video/x-matroska mkv
)";

// type "/" subtype, both tokens: goes into a field as it is.
bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != text.npos && is_token(text.substr(0, slash)) && is_token(text.substr(slash + 1));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), to_lower);
  return out;
}

// Takes the next word off the front of `line`; "" at its end.
std::string_view next_word(std::string_view& line) {
  line = trim(line);
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

MediaTypes::MediaTypes() { add(kBuiltIn); }

void MediaTypes::add(std::string_view lines) {
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find_first_of("\r\n"));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    line = line.substr(0, line.find('#'));
    const std::string_view type = next_word(line);
    if (!is_media_type(type)) continue;
    const bool is_text = type.starts_with("text/");
    while (true) {
      const std::string_view extension = next_word(line);
      if (extension.empty()) break;
      by_extension_[lower(extension)] = std::string(type) + (is_text ? "; charset=utf-8" : "");
    }
  }
}

std::string_view MediaTypes::find(std::string_view file_name) const {
  file_name = file_name.substr(file_name.rfind('/') + 1);
  const std::size_t dot = file_name.rfind('.');
  if (dot == file_name.npos || dot == 0) return kUnknownMediaType;
  const auto found = by_extension_.find(lower(file_name.substr(dot + 1)));
  return found == by_extension_.end() ? kUnknownMediaType : std::string_view(found->second);
}

}  // namespace rill::http
