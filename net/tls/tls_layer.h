// TlsLayer: a session between the calls of a connection and its socket.
//
// Whatever happens - a call starts, bytes came, bytes went - pump() does all that can be done now:
// decrypts for the reader, encrypts for the writer, and keeps one recv and one send of ciphertext
// under way as long as they are wanted. Invariant: those are in flight only while a reader or a
// writer waits. Internal to net/tls.
// Bounded memory: kMostRecordBytes of input, kMostOutputBytes of output, two buffers of OpenSSL.
#pragma once

#include "net/connection.h"
#include "net/tls/session.h"

namespace rill::tls {

class TlsLayer final : public StreamLayer, private Completer {
 public:
  /// The handshake is done. `connection` owns the layer.
  TlsLayer(ConnectionState& connection, std::unique_ptr<Session> session);
  ~TlsLayer() override;

  void start(RecvOp& call) override;
  void start(SendOp& call) override;
  void cancel(Op& call) override;
  int shutdown_write() override;
  bool say_goodbye() noexcept override;
  void raise(std::string_view operation) const override;

 private:
  void take(Op& op) override;
  TaskControl* beneficiary(const Op& op) const override;

  void pump();
  void serve_reader();
  void serve_writer();
  void begin_sending();
  void begin_receiving();
  void end_idle_operations();
  void finish(RecvOp& call, std::int64_t result);
  void finish(SendOp& call, std::int64_t result);
  bool has_unsent() const { return !sending_.empty() || !session_->output().empty(); }
  bool is_idle() const { return reader_ == nullptr && writer_ == nullptr; }
  bool attend();
  bool push();
  void end_stream_when_sent();

  ConnectionState& connection_;
  std::unique_ptr<Session> session_;
  Scheduler* scheduler_ = nullptr;  ///< of whoever called last, ...
  HostId host_ = 0;                 ///< ... and where
  RecvOp* reader_ = nullptr;        ///< the calls that wait
  SendOp* writer_ = nullptr;
  RecvOp receive_;        ///< of ciphertext, into the session's input
  SendOp send_;           ///< of ciphertext, out of `sending_`
  std::string sending_;   ///< stays where it is while `send_` is in flight
  std::size_t sent_ = 0;  ///< of it
  int receive_error_ = 0;
  int send_error_ = 0;  ///< stays: a record that is lost cannot be made up for
  bool wants_input_ = false;
  bool ends_stream_ = false;  ///< FIN goes out when all is sent
};

}  // namespace rill::tls
