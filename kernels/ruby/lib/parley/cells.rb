# frozen_string_literal: true

require_relative "frame"

module Parley
  # One cell: Jupyter's execute_request.
  class CellFrame < Frame
    # @param place [Binding] where its names live
    # @param count [Integer] its number
    def initialize(envelope, kernel, place, count)
      super(envelope, kernel, "execute_reply")
      @place = place
      @count = count
      @code = envelope.content.fetch("code")
      @silent = envelope.content["silent"] == true
    end

    # @return [String, nil] the last value as irb would show it
    def run
      value = @place.eval(@code, "<cell #{@count}>", 1)
      value.nil? || @silent ? nil : value.inspect.to_s
    end

    def reply(text)
      if text
        data = { "text/plain" => text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).scrub }
        publish("execute_result", { "execution_count" => @count, "data" => data, "metadata" => {} })
      end
      Reply.new(Reply::OK, Values.generate({ "status" => "ok", "execution_count" => @count }))
    end

    def failure(outcome, error)
      fields = { "ename" => outcome, "evalue" => error["message"], "traceback" => [] }.merge(error)
      publish("error", fields.slice("ename", "evalue", "traceback"))
      Reply.failure(outcome, fields.merge("status" => "error", "execution_count" => @count))
    end

    private

    # What the cell has printed stands before its result.
    def publish(type, content)
      flush
      @kernel.send_message(type, header, "{}", Values.generate(content))
    end
  end

  # Runs cells in one namespace that lives as long as the kernel.
  class Cells
    def initialize(kernel)
      @kernel = kernel
      @count = 0
      @place = TOPLEVEL_BINDING.dup
    end

    def execute(envelope)
      frame = CellFrame.new(envelope, @kernel, @place, @count + 1)
      @count += 1 unless envelope.content["silent"] == true
      @kernel.executor.start(frame)
    end
  end
end
