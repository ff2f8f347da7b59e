# frozen_string_literal: true

require "support"
require "orchestrator"

# A test of a whole kernel: a process, its plugin, and a scripted orchestrator.
class KernelCase < Minitest::Test
  # An error of a plugin in Python.
  REMOTE = { "message" => "division by zero", "ename" => "ZeroDivisionError", "evalue" => "division by zero",
             "traceback" => ["far away"], "frames" => [{ "file" => "/p/far.py", "line" => 7, "function" => "f" }],
             "cause" => { "outcome" => "no_provider", "message" => "nobody", "nearest" => ["x"] } }.freeze

  def setup
    @broker = Orchestrator.new.start
    @broker.services["sum.of"] = ->(params) { ["ok", { "value" => params["a"] + params["b"] }] }
    @broker.services["echo.it"] = ->(params) { ["ok", { "value" => params }] }
    @broker.services["wait.forever"] = ->(_) {}
    @broker.services["fail.always"] = ->(_) { ["handler_error", REMOTE] }
  end

  def teardown
    @broker.stop
  end

  private

  def load(source)
    reply = @broker.load(source)
    assert_equal "ok", reply.outcome, reply.content.inspect
  end

  # @return [Object] the value of a call that must succeed
  def value(method, params = {}, **options)
    reply = @broker.call(method, params, **options)
    assert_equal "ok", reply.outcome, reply.content.inspect
    reply.value
  end

  # @return [Hash] the error object of a call that must fail
  def failure(outcome, method, params = {}, **options)
    reply = @broker.call(method, params, **options)
    assert_equal outcome, reply.outcome, reply.content.inspect
    # Whatever has happened, the kernel lives.
    assert_equal "pong", pong.type
    reply.content
  end

  def pong
    id = @broker.send_message("ping", "{}", {}, { "events" => {} })
    @broker.wait { |message| message.type == "pong" && message.parent["msg_id"] == id }
  end

  def printed(id)
    @broker.of(id, "stream").map { |message| message.content["text"] }.join
  end

  def lines_of(error)
    error["frames"].map { |frame| [File.basename(frame["file"]), frame["line"]] }
  end
end
