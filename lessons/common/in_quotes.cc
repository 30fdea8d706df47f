// Bytes as a person reads them. See say.h.
#include "lessons/common/say.h"
#include "scheduler/print/print.h"

namespace rill::lesson {

std::string in_quotes(std::string_view bytes, std::size_t most_characters) {
  return print::quoted(bytes, {.most_characters = most_characters, .keeps_utf8 = true, .cut = "…"});
}

}  // namespace rill::lesson
