// See preconditions.h.
#include "net/http/preconditions.h"

#include "net/http/date.h"
#include "net/http/entity_tag.h"

namespace rill::http {

namespace {

enum class Match : std::uint8_t { absent, yes, no };

// A list of tags, perhaps in several lines, or "*", which stands for whatever is there.
template <class Equal>
Match match(const FieldList& fields, std::string_view name, std::string_view etag, Equal equal) {
  const std::optional<EntityTag> current = parse_entity_tag(etag);
  Match result = Match::absent;
  for (const auto& [field_name, value] : fields) {
    if (!equals_ignoring_case(field_name, name)) continue;
    if (value == "*") return Match::yes;
    result = Match::no;
    for (std::string_view list = value; auto tag = take_entity_tag(list);) {
      if (current && equal(*tag, *current)) return Match::yes;
    }
  }
  return result;
}

std::optional<std::int64_t> find_date(const FieldList& fields, std::string_view name,
                                      std::int64_t now_seconds) {
  std::optional<std::int64_t> date;
  unsigned count = 0;
  for (const auto& [field_name, value] : fields) {
    if (!equals_ignoring_case(field_name, name)) continue;
    if (++count > 1) return std::nullopt;
    date = parse_date(value, now_seconds);
  }
  return date;
}

}  // namespace

Precondition check_preconditions(const Request& request, const Validators& current,
                                 std::int64_t now_seconds) {
  const FieldList& fields = request.fields;
  const auto not_after = [&](std::string_view name) -> std::optional<bool> {
    const auto date = find_date(fields, name, now_seconds);
    if (!date || !current.modified_seconds) return std::nullopt;
    return *current.modified_seconds <= *date;
  };
  const Match if_match = match(fields, "If-Match", current.etag, strongly_equal);
  if (if_match == Match::no) return Precondition::failed;
  if (if_match == Match::absent && !not_after("If-Unmodified-Since").value_or(true))
    return Precondition::failed;

  const bool is_read = request.method == Method::get || request.method == Method::head;
  const Match if_none_match = match(fields, "If-None-Match", current.etag, weakly_equal);
  if (if_none_match == Match::yes)
    return is_read ? Precondition::not_modified : Precondition::failed;
  if (if_none_match == Match::absent && is_read && not_after("If-Modified-Since").value_or(false))
    return Precondition::not_modified;
  return Precondition::holds;
}

bool check_if_range(const Request& request, const Validators& current, std::int64_t now_seconds) {
  const std::optional<std::string_view> value = request.fields.find("If-Range");
  if (!value) return true;
  unsigned count = 0;
  for (const Field& field : request.fields) count += equals_ignoring_case(field.name, "If-Range");
  if (count > 1) return false;
  if (const auto tag = parse_entity_tag(*value)) {
    const auto etag = parse_entity_tag(current.etag);
    return etag && strongly_equal(*tag, *etag);
  }
  const auto date = parse_date(*value, now_seconds);
  return date && date == current.modified_seconds && *date < now_seconds;
}

}  // namespace rill::http
