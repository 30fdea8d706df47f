// See head_parser.h.
#include "net/http/head_parser.h"

#include <llhttp.h>

#if LLHTTP_VERSION_MAJOR < 9 && !LLHTTP_STRICT_MODE
#error "llhttp before 9 is lenient unless all that uses it has -DLLHTTP_STRICT_MODE=1"
#endif

namespace rill::http {

namespace {

std::vector<Field>& fields_of(llhttp_t* parser) {
  return *static_cast<std::vector<Field>*>(parser->data);
}

int on_name(llhttp_t* parser, const char* at, size_t length) {
  fields_of(parser).push_back({{at, length}, {}});
  return 0;
}

int on_value(llhttp_t* parser, const char* at, size_t length) {
  fields_of(parser).back().value = trim({at, length});
  return 0;
}

int on_headers_complete(llhttp_t*) { return HPE_PAUSED; }  // the body is not llhttp's

constexpr llhttp_settings_t make_settings() {
  llhttp_settings_t settings{};
  settings.on_header_field = on_name;
  settings.on_header_value = on_value;
  settings.on_headers_complete = on_headers_complete;
  return settings;
}

constinit const llhttp_settings_t kSettings = make_settings();

}  // namespace

bool HeadParser::parse(Role role, std::string_view head, int minor_version, FieldList& fields) {
  fields.fields_.clear();
  llhttp_t parser;
  llhttp_init(&parser, role == Role::request ? HTTP_REQUEST : HTTP_RESPONSE, &kSettings);
  parser.data = &fields.fields_;
  // RFC 9110 2.5: 1.2 and later are to be read as 1.1; llhttp would refuse them.
  parser.lenient_flags = LENIENT_VERSION;
  if (llhttp_execute(&parser, head.data(), head.size()) != HPE_PAUSED) return false;
  if (llhttp_get_error_pos(&parser) != head.data() + head.size()) return false;  // both agree
  return read_fields(fields, minor_version);
}

// What llhttp refuses too (a second length, a length beside a coding) is refused here as well:
// where a body ends shall not hang on one reading.
bool HeadParser::read_fields(const FieldList& fields, int minor_version) {
  bool has_length = false, has_coding = false, has_close = false, has_keep_alive = false;
  for (const auto& [name, value] : fields) {
    if (name.empty()) return false;
    if (equals_ignoring_case(name, "connection")) {
      for_each_element(value, [&](std::string_view option, bool) {
        has_close |= equals_ignoring_case(option, "close");
        has_keep_alive |= equals_ignoring_case(option, "keep-alive");
      });
    } else if (equals_ignoring_case(name, "content-length")) {
      const auto length = parse_decimal(value);
      if (has_length || !length) return false;
      has_length = true;
      content_length_ = *length;
    } else if (equals_ignoring_case(name, "transfer-encoding")) {
      if (has_coding || minor_version == 0 || !read_transfer_encoding(value)) return false;
      has_coding = true;
    }
  }
  if (has_coding && has_length) return false;
  if (!has_coding) framing_ = has_length ? Framing::length : Framing::none;
  if (!has_length) content_length_ = 0;
  keep_alive_ = !has_close && (minor_version > 0 || has_keep_alive);
  return true;
}

// A list of codings, each a token and perhaps parameters, "chunked" last and only there.
bool HeadParser::read_transfer_encoding(std::string_view value) {
  bool is_valid = true;
  framing_ = Framing::chunked;
  for_each_element(value, [&](std::string_view coding, bool is_last) {
    is_valid &= is_token(trim(coding.substr(0, coding.find(';'))));
    is_valid &= equals_ignoring_case(coding, "chunked") == is_last;
    if (!is_last) framing_ = Framing::unknown_coding;
  });
  return is_valid;
}

}  // namespace rill::http
