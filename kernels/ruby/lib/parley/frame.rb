# frozen_string_literal: true

require_relative "reply"
require_relative "task"

module Parley
  # One running invocation: what opened it, the plugin code that it runs, and what it has to give back at its end.
  # Each kind of message has its own subclass or block.
  class Frame < Task
    # @return [String] msg_id and header bytes of the message that opened it
    attr_reader :id, :header
    # @return [Hash] that message's metadata
    attr_reader :metadata
    # @return [String] the type of its reply
    attr_reader :type
    # @return [Cancelled, nil]
    attr_reader :cancellation
    # @return [Proc, nil] called when the reply has been sent
    attr_reader :done

    # @param envelope [Envelope]
    # @param type [String] of the reply
    # @param done [Proc, nil] called when the reply has been sent
    # @yield runs plugin code
    def initialize(envelope, kernel, type, done: nil, &work)
      super(self)
      @id = envelope.id
      @header = envelope.header
      @metadata = envelope.metadata
      @kernel = kernel
      @type = type
      @done = done
      @work = work
      @ended = false
      remaining = @metadata["remaining"]
      @deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + remaining if remaining
    end

    # (see Task#execute)
    def execute
      @kernel.executor.execute(self)
    end

    # Runs plugin code.
    # @return [Object] given to {#reply}
    def run
      @work.call
    end

    # @param _value [Object] what {#run} returned
    # @return [Reply]
    # @raise [NotSerializable, TooLarge]
    def reply(_value)
      Reply::EMPTY
    end

    # @param outcome [String]
    # @param error [Hash] the error object
    # @return [Reply]
    def failure(outcome, error)
      Reply.failure(outcome, error)
    end

    # @return [Streams::Output] what it prints
    def output
      @output ||= @kernel.output { parent }
    end

    # Sends what it printed and has not sent.
    def flush
      @output&.flush
    end

    # @return [Array<Task>] of Fiber.schedule
    def others
      @others ||= []
    end

    # @return [Array<Task>] all that runs for it
    def tasks
      [self, *@others]
    end

    # @return [Array<Stream::Reading>] streams being read
    def readings
      @readings ||= []
    end

    # @return [Array<String>] names of the locks held
    def locks
      @locks ||= []
    end

    # Ends it: gives back what it still holds and sends what it printed, so that its reply is the last of it.
    def close
      @readings&.dup&.each(&:close)
      @locks&.dup&.each { |name| @kernel.post("unlock", "{}", Values.generate({ "name" => name }), frame: self) }
      @output&.flush
      @ended = true
    end

    # @return [String] what its messages name as their parent
    def parent
      @ended ? "{}" : @header
    end

    def ended?
      @ended
    end

    # @return [Float, nil] seconds until the deadline
    def remaining
      @deadline && (@deadline - @kernel.now)
    end

    # Raises {Cancelled} where the frame waits, or where it next will; once.
    def cancel(reason, scheduler)
      return if @cancellation || @ended

      @cancellation = Cancelled.new("the frame was cancelled (#{reason})", reason:)
      scheduler.interrupt(self, @cancellation)
      @others&.each { |task| scheduler.interrupt(task, @cancellation) }
    end
  end
end
