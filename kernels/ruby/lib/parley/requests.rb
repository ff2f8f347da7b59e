# frozen_string_literal: true

require_relative "arguments"

module Parley
  # Where one fiber waits for what others put in; it comes out in order. Same use as a Thread::Queue.
  class Mailbox
    # @return [String] of the request whose answers come here
    attr_reader :type
    # @return [Integer] how many items of a stream have come
    attr_reader :items

    def initialize(scheduler, type)
      @scheduler = scheduler
      @type = type
      @content = []
      @items = 0
      @reader = nil
    end

    def push(envelope)
      @content << envelope
      @items += 1 if envelope.type == "yield_item"
      @scheduler.wake(@reader) if @reader
    end

    def empty?
      @content.empty?
    end

    def shift
      wait while @content.empty?
      @content.shift
    end

    private

    def wait
      @reader = task = @scheduler.current
      task&.mailbox = self
      @scheduler.park
    ensure
      @reader = nil
      task&.mailbox = nil
    end
  end

  # What the plugin asks of the orchestrator, and who waits for which answer.
  class Requests
    def initialize(kernel, scheduler)
      @kernel = kernel
      @scheduler = scheduler
      @waiting = {}
    end

    # @return [Hash{String => Mailbox, Thread::Queue, Late}] what is not answered yet, by msg_id
    def open
      @waiting
    end

    # Takes a reply that comes when nobody waits for it any more.
    class Late
      # @yieldparam envelope [Envelope]
      def initialize(&block)
        @block = block
      end

      def push(envelope)
        @block.call(envelope)
      end
    end

    # What whoever waits gets when the orchestrator says nothing any more.
    Gone = Struct.new(:outcome, :content) do
      def type
        "call_reply"
      end

      def ok?
        false
      end
    end

    # Nothing is answered any more: whoever waits is told why.
    def close(reason)
      gone = Gone.new("unavailable", { "message" => "It is not answered: #{reason}." })
      waiting = @waiting.values
      @waiting.clear
      waiting.each { |box| box.push(gone) }
    end

    # Gives an answer, an item or progress to whoever waits for it; nobody waits after the last answer.
    def deliver(envelope)
      id = envelope.parent_id
      return unless (box = @waiting[id])

      @waiting.delete(id) if last?(envelope)
      box.push(envelope)
    end

    # Sends a request and waits for its one reply.
    # @param what [String] how an error names the operation
    # @param late [#push, nil] gets the reply when nobody waits for it any more
    # @return [Envelope]
    # @raise [Error] whatever the outcome says
    def ask(type, metadata, content, what:, buffers: Values::NONE, late: nil)
      exchange(type, metadata, content, buffers, what:, late:) { |box| settle(box.shift) }
    end

    # Calls a method and waits for its result.
    # @return [Object]
    def call(method, params, timeout: nil, on_progress: nil)
      content, metadata = prepare(method, params, timeout)
      exchange("call_request", Values.generate(metadata), content.json, content.buffers,
               what: "call(#{method.inspect})") do |box|
        loop do
          envelope = box.shift
          break settle(envelope).content["value"] if envelope.type == "call_reply"

          on_progress&.call(*envelope.content.values_at("fraction", "message"))
        end
      end
    end

    # Sends a request and yields the mailbox of its answers. Whoever leaves before the last answer has given up.
    # @yieldparam box [Mailbox, Thread::Queue]
    # @yieldparam id [String] the request's msg_id
    def exchange(type, metadata, content, buffers, what:, late: nil)
      refuse_mutexes(what)
      frame = @kernel.frame
      box = @scheduler.here? ? Mailbox.new(@scheduler, type) : Thread::Queue.new
      id = @kernel.post(type, metadata, content, buffers) { |sent| @waiting[sent] = box }
      begin
        yield box, id
      ensure
        if @waiting.delete(id) then give_up(id, type, frame, late)
        elsif late && !box.empty? then late.push(box.shift)
        end
      end
    end

    # Nobody will read the answers of a request any more.
    def abandon(id, frame)
      give_up(id, "call_request", frame, nil) if @waiting.delete(id)
    end

    # @return [Envelope] the reply, when it is good
    # @raise [Error]
    def settle(envelope)
      return envelope if envelope.ok?

      raise Error.from(envelope.outcome || "handler_error", envelope.content)
    end

    # @return [Array(Values::Encoded, Hash)] the parameters and the metadata of a call
    def prepare(method, params, timeout)
      timeout = Arguments.timeout(timeout)
      content = @kernel.encode_object(params, "the parameters of #{method}")
      metadata = { "method" => method.to_s }
      metadata["timeout"] = timeout if timeout
      metadata["buffer_paths"] = content.paths unless content.buffers.empty?
      [content, metadata]
    end

    private

    # A subscription is confirmed by a message of its own.
    def last?(envelope)
      type = envelope.type
      type == "subscribe_reply" ? !envelope.ok? : type.end_with?("_reply", "subscribed")
    end

    def give_up(id, type, frame, late)
      @waiting[id] = late if late
      # The orchestrator itself cancels what a cancelled frame had called.
      return if type != "call_request" || frame&.cancellation

      @kernel.post("cancel", %({"call":"#{id}"}), +%({"reason":"cancelled"}), frame:)
    end

    def refuse_mutexes(what)
      return unless @scheduler.here? && @scheduler.current&.mutexes?

      raise ThreadError, "#{what} while this frame holds a Mutex: the frame would be suspended with it locked, and " \
                         "what it waits for may want it too. Give the Mutex back first, or use lock(name) { … } or " \
                         "Parley::Lock, which know about frames"
    end
  end
end
