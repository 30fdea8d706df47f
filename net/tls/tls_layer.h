// TlsLayer: a session between the calls of a connection and its socket.
//
// Whatever happens - a call starts, bytes came, bytes went - pump() does all that can be done now:
// decrypts for the reader, encrypts for the writer, and keeps one recv and one send of ciphertext
// under way as long as they are wanted. Invariant: those are in flight only while somebody waits: a
// reader, a writer, or the courier, a task that brings a goodbye on its way for which there was no
// room when it was said. Internal to net/tls.
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
  Parting part() noexcept override;
  void raise(std::string_view operation) const override;

 private:
  void take(Op& op) override;
  TaskControl* beneficiary(const Op& op) const override;

  /// Where plain text goes that has no buffer yet.
  static std::span<char> scratch();

  void pump();
  void serve_reader();
  void serve_writer();
  void begin_sending();
  void begin_receiving();
  void trim_sending();
  void end_idle_operations();
  void finish(RecvOp& call, std::int64_t result);
  void finish(SendOp& call, std::int64_t result);
  bool has_unsent() const { return !sending_.empty() || !session_->output().empty(); }
  bool has_callers() const { return reader_ != nullptr || writer_ != nullptr; }
  bool is_idle() const { return !has_callers() && flush_ == nullptr; }

  // courier.cc
  class Flush;
  class Closer;
  bool attend();
  bool push();
  bool has_unread();
  void drain();
  void end_stream_when_sent();
  void wake_courier_when_sent();
  void send_courier();
  Task<> flush();
  Task<> deliver(ConnectionRef connection);

  ConnectionState& connection_;
  std::unique_ptr<Session> session_;
  Scheduler* scheduler_ = nullptr;  ///< of whoever called last, ...
  HostId host_ = 0;                 ///< ... and where
  RecvOp* reader_ = nullptr;        ///< the calls that wait
  SendOp* writer_ = nullptr;
  Flush* flush_ = nullptr;  ///< the courier, while it waits
  RecvOp receive_;          ///< of ciphertext, into the session's input
  SendOp send_;             ///< of ciphertext, out of `sending_`
  std::string sending_;     ///< stays where it is while `send_` is in flight
  std::size_t sent_ = 0;    ///< of it
  int receive_error_ = 0;
  int send_error_ = 0;  ///< stays: a record that is lost cannot be made up for
  bool wants_input_ = false;
  bool ends_stream_ = false;  ///< FIN goes out when all is sent
  bool has_courier_ = false;
  Handle parting_;  ///< the socket, once closing it is up to the courier
};

}  // namespace rill::tls
