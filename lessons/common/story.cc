// From trace events to rows. See story.h.
//
// Of the many events of a run a row is made for what leaves a host and for what a program says.
// The arrival is a later event, which finds its row through the tables below; they hold only what
// is on its way or connected.
#include "lessons/common/story.h"

#include <csignal>
#include <deque>
#include <map>

#include "lessons/common/picture.h"
#include "lessons/common/style.h"
#include "simnet/network.h"

namespace rill::lesson {
namespace {

/// What Network::describe() says of a socket, taken apart.
struct Ends {
  std::string here;
  std::string there;
};

std::string host_part(std::string_view end) { return std::string(end.substr(0, end.rfind(':'))); }

Ends ends_of(std::string_view description) {
  constexpr std::string_view kArrow = " -> ";
  const std::size_t arrow = description.find(kArrow);
  if (arrow == description.npos) return {host_part(description), ""};
  return {host_part(description.substr(0, arrow)),
          host_part(description.substr(arrow + kArrow.size()))};
}

std::string signal_name(std::uint64_t number) {
  if (number == SIGTERM) return "SIGTERM";
  if (number == SIGINT) return "SIGINT";
  return "signal " + std::to_string(number);
}

}  // namespace

struct Story::Impl {
  Impl(const simnet::Network& n, const StoryOptions& options)
      : network(n), picture(options.most_rows), with_colour(options.with_colour) {}

  Ends ends(std::uint64_t socket) const { return ends_of(network.describe(socket)); }

  /// Lanes in the order of the hosts, whoever acts first: so pictures of two seeds can be compared.
  void give_lanes_up_to(HostId host) {
    for (; next_host <= host; ++next_host) picture.lane(network.host_name(next_host));
  }

  /// A row from one host to another, or at `from` if `to` is empty.
  std::uint64_t add(Row::Kind kind, const std::string& from, const std::string& to, Instant at,
                    std::string text) {
    Row row;
    row.kind = kind;
    row.from = picture.lane(from);
    row.to = to.empty() ? row.from : picture.lane(to);
    row.leaves = at;
    row.text = std::move(text);
    last_receiver = 0;
    if (picture.is_shared(row.from) || picture.is_shared(row.to)) {
      row.who = picture.is_shared(row.from) ? from : to;
    }
    return picture.add(std::move(row));
  }

  void arrive(std::uint64_t row_number, Instant at) {
    if (Row* row = picture.row(row_number)) row->arrives = at;
  }

  void note(const TraceEvent& event, std::string text) {
    add(Row::Kind::local, std::string(network.host_name(event.host)), "", event.at,
        std::move(text));
  }

  void connect(const TraceEvent& event) {
    const Ends who = ends(event.a);
    connecting[event.a] = add(Row::Kind::handshake, who.here, who.there, event.at, "connects");
  }

  void established(const TraceEvent& event) {
    sides[event.a].peer = event.b;  // both: the client may send before the server hears of it
    sides[event.b].peer = event.a;
    const auto attempt = connecting.find(event.a);
    if (attempt == connecting.end()) return;
    arrive(attempt->second, event.at);
    connecting.erase(attempt);
    ++connections;
  }

  void refuse(const TraceEvent& event) {
    const auto attempt = connecting.find(event.a);
    if (attempt == connecting.end()) return;
    if (Row* row = picture.row(attempt->second)) {
      row->kind = Row::Kind::broken;
      row->arrives = event.at;
      row->text = "connects, and is refused";
    }
    connecting.erase(attempt);
  }

  void segment(const TraceEvent& event) {
    bytes += event.b;
    Row::Piece piece;
    piece.text = event.text.substr(0, Picture::kKeptBytes);
    piece.size_bytes = event.b;
    Row* row = last_receiver == event.a ? picture.row(picture.size() - 1) : nullptr;
    if (row == nullptr || row->leaves != event.at) {
      const Ends who = ends(event.a);
      row = picture.row(add(Row::Kind::message, who.there, who.here, event.at, ""));
      last_receiver = event.a;
    }
    row->size_bytes += event.b;
    // One beyond those that are kept stands for all the rest.
    if (row->pieces.size() <= Picture::kKeptPieces) row->pieces.push_back(std::move(piece));
    const auto side = sides.find(event.a);
    const bool is_read = side != sides.end() && !side->second.is_closed;
    if (is_read) segments[event.a].push_back({picture.size() - 1, row->pieces.size() - 1});
  }

  void deliver(const TraceEvent& event) {
    const auto found = segments.find(event.a);
    if (found == segments.end()) return;
    const OnItsWay first = found->second.front();
    if (Row* row = picture.row(first.row)) row->pieces[first.piece].arrives = event.at;
    found->second.pop_front();
    if (found->second.empty()) segments.erase(found);
  }

  /// FIN leaves.
  void shutdown(const TraceEvent& event) {
    const auto side = sides.find(event.a);
    if (side == sides.end()) return;
    const Ends who = ends(event.a);
    const char* text = side->second.is_closed ? "closes (FIN)" : "ends its side (FIN)";
    fins[side->second.peer] = add(Row::Kind::message, who.here, who.there, event.at, text);
    side->second.has_ended = true;
    if (side->second.is_closed) sides.erase(side);
  }

  void close(const TraceEvent& event) {
    const auto attempt = connecting.find(event.a);
    if (attempt != connecting.end()) {
      if (Row* row = picture.row(attempt->second)) row->text = "connects, in vain";
      connecting.erase(attempt);
    }
    const auto side = sides.find(event.a);
    if (side == sides.end()) return;
    side->second.is_closed = true;
    segments.erase(event.a);  // what is on its way will not be read
    if (side->second.has_ended) sides.erase(side);
  }

  void end_of_stream(const TraceEvent& event) {
    const auto found = fins.find(event.a);
    if (found == fins.end()) return;
    arrive(found->second, event.at);
    fins.erase(found);
  }

  void reset(const TraceEvent& event) {
    segments.erase(event.a);
    fins.erase(event.a);
    const auto side = sides.find(event.a);
    if (side != sides.end()) side->second.has_ended = true;
    const Ends who = ends(event.a);
    arrive(add(Row::Kind::broken, who.there, who.here, Instant::never(), "reset (RST)"), event.at);
  }

  struct OnItsWay {
    std::uint64_t row;
    std::size_t piece;
  };
  /// One end of a connection, until it is closed and has sent its FIN.
  struct Side {
    std::uint64_t peer;
    bool is_closed = false;
    bool has_ended = false;
  };

  const simnet::Network& network;
  Picture picture;
  bool with_colour;
  HostId next_host = 1;  ///< host 0 gets a lane only if it acts
  std::uint64_t connections = 0;
  std::uint64_t bytes = 0;
  std::uint64_t last_receiver = 0;  ///< of the last row, if it is bytes
  // By the socket that connects, has the side, or receives.
  std::map<std::uint64_t, std::uint64_t> connecting;  ///< -> row
  std::map<std::uint64_t, Side> sides;
  std::map<std::uint64_t, std::deque<OnItsWay>> segments;
  std::map<std::uint64_t, std::uint64_t> fins;  ///< -> row
};

Story::Story(const simnet::Network& network, const StoryOptions& options)
    : impl_(std::make_unique<Impl>(network, options)) {}
Story::~Story() = default;

void Story::on_event(const TraceEvent& event) {
  Impl& story = *impl_;
  if (event.kind == EventKind::listen || event.kind == EventKind::connect ||
      event.kind == EventKind::note) {
    story.give_lanes_up_to(event.host);
  }
  switch (event.kind) {
    case EventKind::listen:
      story.add(Row::Kind::local, story.ends(event.a).here, "", event.at,
                "listens on port " + std::to_string(event.b));
      return;
    case EventKind::connect:
      return story.connect(event);
    case EventKind::established:
      return story.established(event);
    case EventKind::refuse:
      return story.refuse(event);
    case EventKind::segment:
      return story.segment(event);
    case EventKind::deliver:
      return story.deliver(event);
    case EventKind::shutdown:
      return story.shutdown(event);
    case EventKind::close:
      return story.close(event);
    case EventKind::end_of_stream:
      return story.end_of_stream(event);
    case EventKind::reset:
      return story.reset(event);
    case EventKind::note:
      return story.note(event, std::string(event.text));
    case EventKind::signal:
      story.add(Row::Kind::local, std::string(story.network.host_name(HostId(event.b))), "",
                event.at, "gets " + signal_name(event.a));
      return;
    default:
      return;
  }
}

std::string Story::picture() const { return impl_->picture.draw(impl_->with_colour); }

std::string Story::totals() const {
  if (impl_->connections == 0) return "";
  return counted(impl_->connections, "connection") + ", " + counted(impl_->bytes, "byte") + ", ";
}

}  // namespace rill::lesson
