# frozen_string_literal: true

require "kernel_case"

class ItemsTest < KernelCase
  COUNT = <<~RUBY
    STATE = {}
    provide("a.count") do |n: 5|
      Enumerator.new do |y|
        n.times { |i| y << (STATE["made"] = i) }
      ensure
        STATE["closed"] = true
      end
    end
    provide("a.state") { STATE }
  RUBY

  def test_a_handler_that_returns_an_enumerator_yields_a_stream
    load COUNT
    id = stream("a.count")
    assert_equal({ "value" => nil }, @broker.reply(id).content)
    items = @broker.of(id, "yield_item")
    assert_equal([[0, 0], [1, 1], [2, 2], [3, 3], [4, 4]], items.map { |item| [item.metadata["sequence"], item.value] })
  end

  def test_a_producer_waits_for_credit
    load COUNT
    id = stream("a.count", { "n" => 1000 }, credit: 3)
    settle_at(id, 3)
    assert_equal 1, @broker.of(id, "credit_wait").size
    @broker.credit(id, 4)
    settle_at(id, 7)
    assert_equal 2, @broker.of(id, "credit_wait").size
    @broker.cancel(id)
    assert_equal "cancelled", @broker.reply(id).outcome
    assert_equal({ "made" => 7, "closed" => true }, value("a.state"))
  end

  def test_a_stream_is_not_called_and_a_value_is_not_streamed
    load %(#{COUNT}provide("a.value") { 1 })
    assert_includes failure("invalid_reply", "a.count")["message"], "read it with stream()"
    assert_includes @broker.reply(stream("a.value")).content["message"], "call it with call()"
  end

  def test_what_fails_in_the_middle_ends_the_stream
    load <<~RUBY
      provide("a.raises") { Enumerator.new { |y| y << 1; raise "mid" } }
      provide("a.odd") { Enumerator.new { |y| y << 1; begin; y << Object.new; rescue Exception; y << 2; end } }
    RUBY
    reply = @broker.reply(id = stream("a.raises"))
    assert_equal %w[handler_error mid], [reply.outcome, reply.content["evalue"]]
    assert_equal 1, @broker.of(id, "yield_item").size
    assert_equal "not_serializable", @broker.reply(id = stream("a.odd")).outcome
    assert_equal 1, @broker.of(id, "yield_item").size
  end

  def test_a_consumer_iterates_and_gives_credit_when_half_is_consumed
    load %(provide("a.sum") { stream("feed.it", { q: 1 }, window: 4).sum })
    id = consume("a.sum")
    asked = @broker.asked("feed.it")
    assert_equal [true, 4, { "q" => 1 }], [asked.metadata["stream"], asked.metadata["credit"], asked.content]
    feed(asked, 4)
    @broker.wait { @broker.of(id, "credit").size == 2 }
    feed(asked, 1)
    @broker.answer(asked, nil)
    assert_equal 6, @broker.reply(id).value
    assert_equal([[asked.id, 2]] * 2, @broker.of(id, "credit").map do |message|
                                        message.metadata.values_at("call", "credit")
                                      end)
  end

  def test_breaking_out_of_the_loop_cancels_the_producer
    load <<~RUBY
      provide("a.break") { stream("feed.it").each { |x| break x if x == 2 } }
      provide("a.next") { e = stream("feed.it").each; [e.next, e.next] }
      provide("a.first") { stream("feed.it").first(2) }
    RUBY
    { "a.break" => 2, "a.next" => [0, 1], "a.first" => [0, 1] }.each.with_index(1) do |(method, expected), i|
      id = consume(method)
      asked = @broker.asked("feed.it", i)
      feed(asked, 5)
      assert_equal expected, @broker.reply(id).value
      assert_equal [asked.id], (@broker.of(id, "cancel").map { |message| message.metadata["call"] })
    end
  end

  def test_an_error_of_the_producer_is_raised_in_the_loop
    load <<~RUBY
      provide("a.fails") do
        got = []
        stream("feed.it").each { |x| got << x }
      rescue Parley::KernelDied => e
        [got, e.signal]
      end
    RUBY
    id = consume("a.fails")
    asked = @broker.asked("feed.it")
    feed(asked, 1)
    @broker.send_message("call_reply", asked.header, { "outcome" => "kernel_died" },
                         { "message" => "gone", "signal" => "SIGKILL" })
    assert_equal [[0], "SIGKILL"], @broker.reply(id).value
  end

  private

  def stream(method, params = {}, credit: 64)
    @broker.send_call(method, params, metadata: { "stream" => true, "credit" => credit })
  end

  def consume(method)
    @broker.services["feed.it"] = ->(_) {}
    @broker.send_call(method)
  end

  def feed(asked, count)
    count.times { |i| @broker.send_message("yield_item", asked.header, { "sequence" => i }, { "value" => i }) }
  end

  # A ping is answered after what the producer could send.
  def settle_at(id, count)
    pong
    assert_equal count, @broker.of(id, "yield_item").size
  end
end
