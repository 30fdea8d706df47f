// Lesson 11, httpd: files over HTTP.
//
// This one serves friendly clients, one question each.
#include "lessons/L11_httpd/httpd.h"

using namespace rill;

Task<> serve_client(Connection& connection, const Files& files) {
  const std::optional<Question> question = co_await read_question(connection);
  if (!question) co_return;
  const std::string path = question->path == "/" ? "/index.html" : question->path;
  const std::optional<std::string> file = files.read("www" + path);
  // TODO: what is not there, other methods, nonsense; more than one question; paths that lead out
  // of www; clients that never finish. httpd.h has the list.
  const std::string answer = answer_text(200, file.value_or(""), false);
  co_await connection.sendall(answer);
}
