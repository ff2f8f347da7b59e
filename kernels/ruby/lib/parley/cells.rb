# frozen_string_literal: true

module Parley
  # Runs cells, Jupyter's execute_request, in one namespace that lives as long as the kernel.
  class Cells
    def initialize(kernel)
      @kernel = kernel
      @count = 0
      @binding = TOPLEVEL_BINDING.dup
    end

    def execute(envelope)
      content = envelope.content
      silent = content["silent"] == true
      @count += 1 unless silent
      count = @count
      @kernel.executor.start(envelope, "execute_reply", reply: ->(text) { reply(envelope, count, silent ? nil : text) },
                                                        failed: lambda { |outcome, error|
                                                                  failed(envelope, count, outcome, error)
                                                                }) do
        value = @binding.eval(content.fetch("code"), "<cell #{count}>", 1)
        value.nil? || silent ? nil : value.inspect.to_s
      end
    end

    private

    def reply(envelope, count, text)
      if text
        data = { "text/plain" => text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).scrub }
        publish("execute_result", envelope, { "execution_count" => count, "data" => data, "metadata" => {} })
      end
      answer("ok", { "status" => "ok", "execution_count" => count })
    end

    def failed(envelope, count, outcome, error)
      fields = { "ename" => outcome, "evalue" => error["message"], "traceback" => [] }.merge(error)
      publish("error", envelope, fields.slice("ename", "evalue", "traceback"))
      answer(outcome, fields.merge("status" => "error", "execution_count" => count))
    end

    # What the cell has printed stands before its result.
    def publish(type, envelope, content)
      @kernel.executor.frames[envelope.id]&.flush
      @kernel.send_message(type, envelope.header, Session::EMPTY, Values.generate(content))
    end

    def answer(outcome, content)
      Executor::Reply.new(%({"outcome":"#{outcome}"}), Values.generate(content), Values::NONE)
    end
  end
end
