# frozen_string_literal: true

require "support"
require "socket"
require "tmpdir"

class ZmtpTest < Minitest::Test
  include Hex
  include Parley

  VECTORS = Vectors.read("zmtp")

  def test_greeting_is_the_vectors
    assert_equal VECTORS["greeting"], Zmtp::GREETING.unpack1("H*")
  end

  def test_ready_is_the_vectors
    dealer = VECTORS["ready_dealer"]
    assert_equal dealer["bytes"], Zmtp.ready("DEALER", dealer["identity"]).unpack1("H*")
    assert_equal VECTORS["ready_sub"]["bytes"], Zmtp.ready("SUB").unpack1("H*")
  end

  def test_a_long_command_has_a_long_length
    bytes = Zmtp.command("READY", "x" * 300)
    assert_equal [6, 306], bytes.unpack("CQ>")
  end

  VECTORS["messages"].each_with_index do |vector, i|
    define_method("test_message_#{i}_is_written_as_in_the_vectors") do
      assert_equal vector["bytes"], Zmtp.message(vector["frames"].map { |frame| hex(frame) }).unpack1("H*")
    end

    define_method("test_message_#{i}_is_read_in_pieces_of_any_size") do
      bytes = hex(VECTORS["greeting"] + vector["bytes"])
      [1, 2, 3, 7, 64, bytes.bytesize].each do |size|
        assert_equal [vector["frames"]], read(bytes.scan(/.{1,#{size}}/mn)), "in pieces of #{size}"
      end
    end
  end

  def test_messages_that_arrive_together_are_told_apart
    all = VECTORS["messages"].map { |vector| vector["bytes"] }.join
    assert_equal(VECTORS["messages"].map { |vector| vector["frames"] }, read([hex(VECTORS["greeting"] + all)]))
  end

  VECTORS["bad_greetings"].each_with_index do |greeting, i|
    define_method("test_bad_greeting_#{i}_is_refused") do
      assert_raises(Zmtp::ProtocolError) { read([hex(greeting)]) }
    end
  end

  def test_a_message_over_the_limit_is_refused_before_it_is_read
    decoder = Zmtp::Decoder.new(1000)
    decoder.feed(Zmtp::GREETING)
    assert_raises(Zmtp::ProtocolError) { decoder.feed("\x02#{[1001].pack("Q>")}") }
  end

  def test_frames_of_one_message_count_together
    decoder = Zmtp::Decoder.new(1000)
    decoder.feed(Zmtp::GREETING)
    assert_raises(Zmtp::ProtocolError) { 10.times { decoder.feed("\x01\xFA".b + ("x" * 250)) } }
  end

  def test_random_bytes_raise_nothing_but_a_protocol_error
    random = Random.new(7)
    500.times do
      decoder = Zmtp::Decoder.new(10_000)
      decoder.feed(Zmtp::GREETING)
      decoder.feed(random.bytes(random.rand(1..400))) { |frames, body| frames || body }
    rescue Zmtp::ProtocolError
      next
    end
  end

  def test_a_connection_answers_ping_and_sends_nothing_before_the_peer_is_ready
    connected do |connection, peer|
      connection << Zmtp.message(["early"])
      connection.flush
      early = Zmtp.message(["early"])
      refute_includes peer.recv_nonblock(1000), early
      peer.write(hex(VECTORS["greeting"] + VECTORS["ready_router_from_libzmq"]["bytes"] + VECTORS["ping"]["bytes"]))
      connection.receive { flunk }
      connection.flush
      assert_equal early + hex(VECTORS["ping"]["pong"]), peer.recv_nonblock(1000)
    end
  end

  def test_an_error_command_and_an_end_close_the_connection
    connected do |connection, peer|
      peer.write(hex(VECTORS["greeting"] + VECTORS["error_command"]["bytes"]))
      error = assert_raises(Zmtp::Closed) { connection.receive { flunk } }
      assert_equal VECTORS["error_command"]["reason"], error.message
    end
    connected do |connection, peer|
      peer.close
      assert_raises(Zmtp::Closed) { 2.times { connection.receive { flunk } } }
    end
  end

  def test_what_the_socket_does_not_take_waits_and_arrives_whole
    connected do |connection, peer|
      peer.write(hex(VECTORS["greeting"] + VECTORS["ready_router_from_libzmq"]["bytes"]))
      connection.receive { flunk }
      body = Random.new(1).bytes(3_000_000)
      connection << Zmtp.message([body])
      connection.flush
      assert connection.pending?
      got = +"".b
      until got.end_with?(body.byteslice(-100, 100))
        got << peer.recv_nonblock(100_000)
        connection.flush
      end
      assert got.end_with?(body)
      refute connection.pending?
    end
  end

  def test_subscriptions_are_the_vectors
    topic = VECTORS["subscribe"]["topic"]
    assert_equal VECTORS["subscribe"]["bytes"], Zmtp.message(["\x01#{topic}"]).unpack1("H*")
    assert_equal VECTORS["unsubscribe"]["bytes"], Zmtp.message(["\x00#{topic}"]).unpack1("H*")
  end

  private

  # @return [Array<Array<String>>] frames in hexadecimal
  def read(pieces)
    decoder = Zmtp::Decoder.new(1 << 20)
    messages = []
    pieces.each { |piece| decoder.feed(piece) { |frames, _| messages << frames.map { |frame| frame.unpack1("H*") } } }
    messages
  end

  def connected
    Dir.mktmpdir do |folder|
      server = UNIXServer.new("#{folder}/s")
      connection = Zmtp::Connection.new("ipc://#{folder}/s", "DEALER", limit: 1 << 24, identity: "k")
      peer = server.accept
      yield connection, peer
    ensure
      [server, connection, peer].each { |one| one&.close }
    end
  end
end
