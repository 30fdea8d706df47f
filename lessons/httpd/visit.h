// Visit: one connection, from accept to close.
//
//   wait for a request -> read it -> answer it -> wait for the next -> ... -> say goodbye
//
// Requests are answered in the order in which they came (RFC 9112 9.3.2). Those that have arrived
// together are answered together, in one send; nothing is waited for while an answer waits to be
// sent. Memory is bounded (limits.h), and so is every wait: a client can end a visit early, but it
// cannot prolong one beyond its deadlines.
#pragma once

#include <cstdint>
#include <string_view>

#include "lessons/httpd/answer.h"
#include "lessons/httpd/service.h"
#include "lessons/httpd/workbench.h"
#include "net/connection.h"

namespace rill::httpd {

class Visit final : public Stoppable {
 public:
  /// `service` must outlive the visit.
  Visit(Service& service, Connection connection);

  /// The whole visit. Throws NetError when the connection breaks, or the client does not take what
  /// it asked for. Kill: closes the connection in the middle of whatever was sent.
  Task<> run();
  /// Instead of run(): a client that has too many connections is told so, and to come back.
  Task<> turn_away();

  /// Then run() ends, with ECANCELED.
  void close_if_idle(bool is_last_call) override;

 private:
  /// What has come of the next request, or instead of it.
  enum class Arrival : std::uint8_t {
    nothing,     ///< not a byte yet
    incomplete,  ///< a part of it
    request,     ///< bench_->parser.request(); its body was read and dropped
    refused,     ///< bench_->parser.error()
    overdue,     ///< no complete request within its deadline
    cut_off,     ///< the client ended its side in the middle of it
    gone,        ///< the client has nothing more to ask, or did not ask in time
  };

  Arrival parse();
  Task<Arrival> receive(Arrival so_far);
  Task<bool> fill();
  Answer make_answer(Arrival arrival);
  bool is_head() const;
  bool has_output() const;
  void append_head(const Answer& answer);
  void append_whole(Answer& answer);
  bool append_bytes(Answer& answer, http::ByteRange bytes);
  Task<bool> send_in_pieces(Answer& answer);
  Task<bool> send_body(Answer& answer, std::uint64_t& sent);
  Task<bool> send_bytes(Answer& answer, http::ByteRange bytes, std::uint64_t& sent);
  Task<> flush(More more = More::no);
  Task<> send(std::string_view bytes, More more);
  Task<> send_all(std::string_view bytes, More more);
  Task<std::size_t> send_file(int descriptor, std::uint64_t offset, std::size_t size_bytes);
  Task<std::size_t> send_file_now(int descriptor, std::uint64_t offset, std::size_t size_bytes);
  [[noreturn]] void give_up();
  Task<> say_goodbye();
  Task<> discard_input();
  void log(const Answer& answer, std::uint64_t body_bytes);
  bool may_ask_again();

  Service& service_;
  Connection connection_;
  Instant opened_;
  BenchLease bench_;
  std::size_t taken_bytes_ = 0;  // of connection_.unread(), by the parser
  unsigned gathered_ = 0;        // answers in bench_->out
  std::size_t requests_ = 0;     // so far
  Instant request_began_;        // its first byte
  bool is_waiting_ = true;       // for a request
  bool has_answered_ = false;    // anything
  bool in_body_ = false;         // the parser has a request's head, and reads its body
  bool has_head_ = false;        // the answer is to a request whose head was understood
  bool keep_alive_ = true;       // after this answer comes another request
};

}  // namespace rill::httpd
