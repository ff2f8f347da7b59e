# frozen_string_literal: true

require "kernel_case"

class ShapeTest < KernelCase
  def test_a_subscription_says_its_shape
    load <<~RUBY
      on("e:b", batch: { window: 0.5, max: 100 }) { }
      on("e:b", batch: { "window" => 1 }) { }
      on("e:d", debounce: { wait: 0.3, max_wait: 2 }) { }
      on("e:t", throttle: { interval: 1r / 4 }) { }
      on("e:l", ->(_) { }, latest: { key: "/a~1b", interval: 1 })
      on("e:p", batch: nil) { }
    RUBY
    shapes = @broker.sent("subscribe").map { |message| message.content["shape"] }
    assert_equal [{ "batch" => { "window" => 0.5, "max" => 100 } }, { "batch" => { "window" => 1 } },
                  { "debounce" => { "wait" => 0.3, "max_wait" => 2 } }, { "throttle" => { "interval" => 0.25 } },
                  { "latest" => { "key" => "/a~1b", "interval" => 1 } }, nil], shapes
    refute @broker.sent("subscribe").last.content.key?("shape")
  end

  def test_a_batch_gives_its_handler_the_list
    load <<~RUBY
      SEEN = []
      on("e:b", batch: { window: 0.1 }) { |events| SEEN << events }
      provide("a.seen") { SEEN }
    RUBY
    metadata = { "subscriptions" => [@broker.subscription_to("e:b")], "batch" => true }
    id = @broker.direct("e:b", { "items" => [{ "n" => 1 }, { "n" => 2 }] }, **metadata)
    assert_equal({ "handlers" => 1 }, @broker.reply(id).content)
    assert_equal [[{ "n" => 1 }, { "n" => 2 }]], value("a.seen")
    id = @broker.direct("e:b", { "no" => "items" }, **metadata)
    error = @broker.wait { |message| message.type == "error" && message.parent["msg_id"] == id }
    assert_includes error.content["evalue"], "a batch without a list of items"
  end

  def test_an_event_that_comes_before_the_subscription_is_confirmed_is_not_lost
    load <<~RUBY
      SEEN = []
      provide("a.on") { on("e:b", latest: { interval: 1 }) { |event| SEEN << event }; true }
      provide("a.seen") { SEEN }
    RUBY
    id = @broker.send_call("a.on")
    @broker.wait { @broker.sent("subscribe").any? }
    event = @broker.direct("e:b", { "kept" => 1 }, "retained" => true, "subscriptions" => [subscription])
    assert_equal({ "handlers" => 1 }, @broker.reply(event).content)
    assert_equal true, @broker.reply(id).value
    assert_equal [{ "kept" => 1 }], value("a.seen")
  end

  def test_options_that_are_wrong_are_an_error_at_their_line_that_names_the_right_ones
    {
      "bacth: { window: 1 }" => "on has no option bacth:",
      "batch: { window: 1 }, throttle: { interval: 1 }" => "on takes one shape at a time, not batch and throttle",
      "batch: 0.5" => "batch: is a Hash, not 0.5",
      "batch: { wait: 1 }" => "batch: has no wait",
      "batch: { max: 5 }" => "batch: needs window",
      "debounce: { max_wait: 5 }" => "debounce: needs wait",
      "batch: { window: 1, max: 0 }" => "max of batch: is a number of events, 1 or more, not 0",
      "latest: { key: \"id\", interval: 1 }" => "key of latest: is a JSON pointer into the payload, such as \"/id\"",
      "throttle: { interval: 0 }" => "interval of throttle: is in seconds, a number above 0, not 0"
    }.each do |options, text|
      reply = @broker.load(%(VERSION = 1\non("e:b", #{options}) { }\n))
      assert_equal %w[handler_error ArgumentError], [reply.outcome, reply.content["ename"]]
      assert_includes reply.content["message"], text
      assert_includes reply.content["message"], "batch: { window: 0.5, max: 100 }" unless text.include?("seconds")
      assert_equal [["plugin.rb", 2]], lines_of(reply.content)
    end
    assert_empty @broker.sent("subscribe")
  end

  private

  def subscription
    @broker.subscription_to("e:b")
  end
end
