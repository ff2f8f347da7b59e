# frozen_string_literal: true

require "kernel_case"

class LifecycleTest < KernelCase
  def test_hello_says_who_it_is
    content = @broker.messages[0].content
    assert_equal ["1.0"], content["protocol_versions"]
    assert_equal "ruby", content["language_info"]["name"]
    assert_equal %w[buffers execute locks streams waits], content["features"].sort
  end

  def test_text_is_utf8_in_the_c_locale_too
    @broker.stop
    @broker = Orchestrator.new(environment: { "LC_ALL" => "C" }).start
    File.write("#{@broker.folder}/words.txt", "Grüße")
    load(%(provide("a.words") { text = File.read("words.txt"); [text, text.length, "ü" + text, `echo ä`] }))
    assert_equal ["Grüße", 5, "üGrüße", "ä\n"], value("a.words")
  end

  def test_files_beside_the_plugins_are_found_and_the_sdk_is_there_with_and_without_a_require
    File.write("#{@broker.folder}/helper.rb",
               %(SUM = call("sum.of", { a: 1, b: 2 })\nclass Thing; def run = Parley.call("echo.it", { x: 1 }); end))
    load <<~RUBY
      require "parley"
      require "helper"
      require_relative "helper"
      TOP = call("sum.of", { a: SUM, b: 1 })
      class String; def shout = upcase; end
      def log(text) = "my own \#{text}"
      provide("a.b") { [TOP, Thing.new.run, "a".shout, log("log"), Dir.pwd] }
    RUBY
    assert_equal [4, { "x" => 1 }, "A", "my own log", @broker.folder], value("a.b")
    asked = @broker.asked("sum.of")
    assert_equal "load_plugin", asked.parent["msg_type"]
  end

  def test_start_and_stop_handlers_run_in_order_and_in_reverse
    load <<~RUBY
      2.times { |i| on_start { puts "start \#{i}" } }
      3.times { |i| on_stop { puts "stop \#{i}"; raise "x" if i == 1 } }
    RUBY
    started = @broker.messages.select { |m| m.type == "stream" }.map { |m| m.content["text"] }.join
    assert_equal "start 0\nstart 1\n", started
    reply = @broker.reply(id = @broker.send_message("unload_plugin", "{}", {}, {}))
    assert_equal "handler_error", reply.outcome
    assert_equal "stop 2\nstop 1\nstop 0\n", printed(id)
    assert_equal 0, @broker.stop
  end

  def test_a_start_handler_that_raises_is_told
    reply = @broker.load(%(on_start { raise "not today" }))
    assert_equal ["start_plugin_reply", "handler_error", "not today"],
                 [reply.type, reply.outcome, reply.content["message"]]
  end

  def test_neither_threads_nor_exit_hooks_nor_frames_hold_the_end
    load %(at_exit { sleep 60 }\nThread.new { sleep }\nprovide("a.b") { call("wait.forever") })
    @broker.send_call("a.b")
    @broker.asked("wait.forever")
    before = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    assert_equal 0, @broker.stop
    assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - before, :<, 2
  end

  def test_the_kernel_ends_with_its_orchestrator
    @broker.drop_connections
    assert_equal 1, @broker.ended
  end

  def test_gems_are_there_when_something_asks
    load <<~RUBY
      BEFORE = defined?(Gem::Specification) && $LOADED_FEATURES.grep(/rubygems\\.rb/).size
      provide("a.b") { [BEFORE || 0, Gem::Version.new("2") > Gem::Version.new("1.9")] }
    RUBY
    assert value("a.b").last
  end
end

class CellsTest < KernelCase
  def test_a_cell_shows_its_last_value_and_keeps_its_names
    reply = @broker.execute("a = [1, nil, 'x']")
    assert_equal({ "status" => "ok", "execution_count" => 1 }, reply.content)
    assert_equal '[1, nil, "x"]', result(reply)
    assert_equal "3", result(@broker.execute("def twice(x) = x * 2; a.size"))
    assert_equal "6", result(@broker.execute("twice(a.size)"))
    assert_nil result(@broker.execute("nil"))
    assert_equal "3", result(@broker.execute('call("sum.of", { a: 1, b: 2 })'))
  end

  def test_output_stands_before_the_result
    reply = @broker.execute("puts 1; 2")
    types = @broker.messages.select { |m| m.parent == reply.parent }.map(&:type)
    assert_equal %w[stream execute_result execute_reply], types
  end

  def test_an_error_is_told_as_jupyter_does
    reply = @broker.execute("x = 1\nraise 'no'")
    assert_equal %w[error RuntimeError no], reply.content.values_at("status", "ename", "evalue")
    assert_equal [{ "file" => "<cell 1>", "line" => 2, "function" => "<main>" }], reply.content["frames"]
    assert_equal "RuntimeError", @broker.of(reply.parent["msg_id"], "error")[0].content["ename"]
    reply = @broker.execute("1 +* 2)")
    assert_equal ["SyntaxError", { "file" => "<cell 2>", "line" => 1, "column" => 4 }],
                 [reply.content["ename"], reply.content["frames"][0]]
    assert_equal "SystemExit", @broker.execute("exit").content["ename"]
  end

  def test_a_silent_cell_shows_nothing_and_does_not_count
    reply = @broker.execute("5", "silent" => true)
    assert_nil result(reply)
    assert_equal 1, @broker.execute("6").content["execution_count"]
  end

  def test_a_cell_can_provide_and_subscribe
    @broker.execute('provide("c.d") { |x:| x + 1 }; on("e:x") { |event| puts event["v"] }')
    assert_equal 3, value("c.d", { "x" => 2 })
    id = @broker.publish("e:x", { "v" => "seen" })
    assert_equal "ok", @broker.reply(id).outcome
    assert_equal "seen\n", printed(id)
  end

  private

  def result(reply)
    @broker.of(reply.parent["msg_id"], "execute_result")[0]&.content&.dig("data", "text/plain")
  end
end
