// Wrong: it refuses every path with two dots in it, also those that stay inside.
#include "lessons/L11_httpd/httpd.h"

using namespace rill;

namespace {

/// Whether a path stays below its root.
bool stays_inside(std::string_view path) { return path.find("..") == path.npos; }

std::string answer_to(const Question& question, const Files& files) {
  const bool is_head = question.method == "HEAD";
  if (question.method != "GET" && !is_head) {
    return answer_text(405, "only GET and HEAD\n", question.keep_alive);
  }
  const std::string path = question.path == "/" ? "/index.html" : question.path;
  std::optional<std::string> file;
  if (stays_inside(path)) file = files.read("www" + path);
  if (!file) return answer_text(404, "nothing here\n", question.keep_alive, !is_head);
  return answer_text(200, *file, question.keep_alive, !is_head);
}

}  // namespace

Task<> serve_client(Connection& connection, const Files& files) {
  for (;;) {
    std::optional<std::optional<Question>> question;
    bool is_bad = false;
    try {
      question = co_await timeout(kPatience, read_question(connection));
    } catch (const BadQuestion&) {
      is_bad = true;
    }
    if (is_bad) {
      const std::string refusal = answer_text(400, "this is no HTTP\n", false);
      co_await connection.sendall(refusal);
      co_return;
    }
    if (!question || !*question) co_return;
    const std::string answer = answer_to(**question, files);
    co_await connection.sendall(answer);
    if (!(*question)->keep_alive) co_return;
  }
}
