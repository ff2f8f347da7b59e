# frozen_string_literal: true

require "kernel_case"

class WatchesTest < KernelCase
  SEEN = <<~RUBY
    SEEN = []
    provide("a.seen") { SEEN }
  RUBY

  def setup
    super
    @broker.answers["storage_request"] = ->(_) { ["ok", {}] }
    @version = 0
  end

  def test_a_watch_is_confirmed_and_gives_changes_to_its_handler
    load <<~RUBY
      #{SEEN}storage.watch("theme:") { |c| SEEN << [c.key, c.value, c.version, c.deleted, c.deleted?] }
      call("echo.it", { watching: true })
    RUBY
    assert_equal [{ "op" => "watch", "prefix" => "theme:", "watch" => watch }], requests("watch")
    order = @broker.messages.map(&:type)
    assert_operator order.index("storage_request"), :<, order.index("call_request")
    change("key" => "theme:a", "value" => { "dark" => true })
    change("key" => "theme:a", "deleted" => true)
    assert_equal [["theme:a", { "dark" => true }, 1, false, false], ["theme:a", nil, 2, true, true]], value("a.seen")
  end

  def test_handlers_run_one_after_the_other_in_the_order_of_the_changes
    load <<~RUBY
      #{SEEN}2.times do |i|
        storage.watch("") { |c| SEEN << [i, c.key, "begin"]; call("hold.it", { key: c.key }); SEEN << [i, c.key, "end"] }
      end
    RUBY
    @broker.services["hold.it"] = ->(_) {}
    first, second = watches
    change({ "key" => "x" }, first)
    change({ "key" => "x" }, second)
    change({ "key" => "y" }, first)
    3.times do |i|
      asked = @broker.asked("hold.it", i + 1)
      assert_equal({}, asked.parent)
      assert_equal (2 * i) + 1, value("a.seen").size
      @broker.answer(asked, nil)
    end
    pong
    assert_equal [[0, "x", "begin"], [0, "x", "end"], [1, "x", "begin"], [1, "x", "end"], [0, "y", "begin"],
                  [0, "y", "end"]], value("a.seen")
  end

  def test_what_a_handler_raises_is_logged_with_its_frames_and_the_next_change_comes
    load <<~RUBY
      #{SEEN}storage.watch("k") do |change|
        case change.value
        when "raise" then raise "no good"
        when "exit" then exit 3
        when "call" then call("fail.always")
        when "leave" then Fiber.new(blocking: false) { nil }.transfer
        end
        SEEN << change.value
      end
    RUBY
    %w[raise exit call leave fine].each { |value| change("key" => "k", "value" => value) }
    @broker.wait { logged.size == 4 }
    assert_equal(%w[RuntimeError SystemExit ZeroDivisionError FiberError], logged.map { |log| log["fields"]["ename"] })
    assert_equal ["error",
                  'a handler of storage.watch("k") failed at "k": no good'], logged[0].values_at("level", "message")
    assert_equal [["plugin.rb", 5]], lines_of(logged[0]["fields"])
    assert_equal [["plugin.rb", 7], ["far.py", 7]], lines_of(logged[2]["fields"])
    assert_equal ["fine"], value("a.seen")
  end

  def test_a_watch_is_disposed_of_twice_and_its_handler_hears_no_more
    load <<~RUBY
      #{SEEN}WATCH = storage.watch("k") { |c| SEEN << c.value; call("hold.it") }
      provide("a.off") { WATCH.dispose; WATCH.dispose; true }
    RUBY
    @broker.services["hold.it"] = ->(_) {}
    change("key" => "k", "value" => 1)
    change("key" => "k", "value" => 2)
    asked = @broker.asked("hold.it")
    id = watch
    value("a.off")
    assert_equal [{ "op" => "unwatch", "watch" => id }], requests("unwatch")
    change({ "key" => "k", "value" => 3 }, id)
    @broker.answer(asked, nil)
    pong
    assert_equal [1], value("a.seen")
  end

  def test_a_handler_disposes_of_its_own_watch
    load <<~RUBY
      #{SEEN}watch = storage.watch("k") { |c| SEEN << c.value; watch.dispose }
    RUBY
    2.times { |i| change("key" => "k", "value" => i) }
    @broker.wait { requests("unwatch").any? }
    assert_equal [0], value("a.seen")
  end

  def test_a_change_that_comes_before_the_confirmation_is_not_missed
    load %(#{SEEN}provide("a.watch") { storage.watch("k") { |c| SEEN << c.value }; true })
    @broker.answers.delete("storage_request")
    id = @broker.send_call("a.watch")
    asked = @broker.wait { |message| message.type == "storage_request" }
    change("key" => "k", "value" => "early")
    @broker.send_message("storage_reply", asked.header, { "outcome" => "ok" }, {})
    assert_equal true, @broker.reply(id).value
    assert_equal ["early"], value("a.seen")
  end

  def test_changes_wait_until_the_start_handlers_have_ended
    @broker.services["start.it"] = lambda do |_|
      change("key" => "k", "value" => "changed")
      ["ok", { "value" => nil }]
    end
    load %(#{SEEN}storage.watch("k") { |c| SEEN << c.value }\non_start { call("start.it"); SEEN << "started" })
    assert_equal %w[started changed], value("a.seen")
  end

  def test_a_watch_that_is_refused_or_cancelled_is_not_there
    load <<~RUBY
      #{SEEN}provide("a.watch") do
        storage.watch("global:x") { |c| SEEN << c.value }
      rescue Parley::PermissionDenied => e
        e.permission
      end
    RUBY
    @broker.answers["storage_request"] = lambda do |_|
      ["permission_denied", { "message" => "it may not", "permission" => "storage:read:global:x" }]
    end
    assert_equal "storage:read:global:x", value("a.watch")
    @broker.answers.delete("storage_request")
    id = @broker.send_call("a.watch")
    @broker.wait { requests("watch").size == 2 }
    asked = @broker.sent("storage_request")[1]
    @broker.cancel(id)
    assert_equal "cancelled", @broker.reply(id).outcome
    @broker.send_message("storage_reply", asked.header, { "outcome" => "ok" }, {})
    @broker.wait { requests("unwatch").any? }
    assert_equal asked.content["watch"], requests("unwatch")[0]["watch"]
    watches.each { |one| change({ "key" => "global:x", "value" => 1 }, one) }
    assert_empty value("a.seen")
  end

  def test_an_interrupt_ends_the_handler_that_runs
    load %(#{SEEN}storage.watch("k") { |c| log("runs"); loop { } if c.value == "spin"; SEEN << c.value })
    change("key" => "k", "value" => "spin")
    change("key" => "k", "value" => "fine")
    @broker.wait { logged.size == 1 }
    @broker.interrupt
    @broker.wait { logged.size == 3 }
    assert_equal "Interrupt", logged[1]["fields"]["ename"]
    assert_equal ["fine"], value("a.seen")
  end

  def test_a_prefix_is_text_and_a_handler_is_needed
    load <<~RUBY
      provide("a.bad") { [-> { storage.watch(5) { } }, -> { storage.watch("k") }].map { |one| one.call rescue $!.message } }
    RUBY
    assert_equal ["prefix is text, not 5", "storage.watch needs a block"], value("a.bad")
  end

  private

  def requests(operation)
    @broker.sent("storage_request").map(&:content).select { |content| content["op"] == operation }
  end

  def watches
    requests("watch").map { |content| content["watch"] }
  end

  def watch
    watches.last
  end

  def change(fields, watch = self.watch)
    fields = { "watch" => watch, "version" => @version += 1 }.merge(fields)
    @broker.send_message("storage_changed", "{}", {}, fields)
  end

  def logged
    @broker.sent("log").map(&:content)
  end
end
