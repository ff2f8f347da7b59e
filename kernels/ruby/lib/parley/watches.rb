# frozen_string_literal: true

require_relative "report"
require_relative "task"

module Parley
  # What `storage.watch` returns. Disposing of it twice is fine.
  class Watch
    # @return [String]
    attr_reader :id, :prefix
    # @api private
    attr_reader :handler

    def initialize(watches, id, prefix, handler)
      @watches = watches
      @id = id
      @prefix = prefix
      @handler = handler
    end

    # Ends the watch: no change reaches its handler after this.
    # @return [void]
    def dispose
      watches = @watches
      @watches = nil
      watches&.remove(self)
    end
  end

  # The plugin's watches of its storage. Their handlers run one after the other, in the order of the changes, whoever
  # waits meanwhile; each runs as a task of its own that belongs to no frame.
  class Watches
    # A key that was set or deleted.
    Change = Struct.new(:key, :value, :version, :deleted) do
      alias_method :deleted?, :deleted
    end

    def initialize(kernel, scheduler)
      @kernel = kernel
      @scheduler = scheduler
      @watches = {}
      @count = 0
      @changes = []
      @open = true
      @running = false
    end

    # @return [Watch] in force
    def add(prefix, handler)
      watch = @scheduler.on_loop { Watch.new(self, "w#{@count += 1}", prefix, handler) }
      confirmed = false
      # It is there before the orchestrator can tell of a change.
      @scheduler.on_loop { @watches[watch.id] = watch }
      @kernel.ask("storage_request", { "op" => "watch", "prefix" => prefix, "watch" => watch.id },
                  what: "storage.watch(#{prefix.inspect})", late: Requests::Late.new { |reply| undo(watch, reply) })
      confirmed = true
      watch
    ensure
      @scheduler.on_loop { @watches.delete(watch.id) } if watch && !confirmed
    end

    def remove(watch)
      @scheduler.on_loop { @watches.delete(watch.id) }
      @kernel.ask("storage_request", unwatch(watch), what: "dispose")
      nil
    end

    # Changes wait from now on until {#release}.
    def hold
      @open = false
    end

    # The start handlers have ended.
    def release
      @open = true
      proceed
    end

    # @param envelope [Envelope] a storage_changed
    def receive(envelope)
      content = envelope.content
      return unless (watch = @watches[content["watch"]])

      change = Change.new(*content.values_at("key", "value", "version"), content["deleted"] == true)
      @changes << [watch, change]
      proceed
    end

    private

    def unwatch(watch)
      { "op" => "unwatch", "watch" => watch.id }
    end

    # The watch was confirmed when nobody waited for it any more.
    def undo(watch, reply)
      @kernel.post("storage_request", "{}", Values.generate(unwatch(watch))) if reply.ok?
    end

    # The next change, when there is one and no handler is at work.
    def proceed
      return if @running || !@open

      watch, change = following
      return unless watch

      @running = true
      lost = ->(error) { finish(watch, change, error || FiberError.new("control left the handler and did not return")) }
      @scheduler.spawn(Task.new(nil, lost:) { handle(watch, change) })
    end

    # What changed for a watch that has been disposed of meanwhile is passed over.
    def following
      until @changes.empty?
        watch, change = @changes.shift
        return [watch, change] if @watches.key?(watch.id)
      end
    end

    def handle(watch, change)
      begin
        watch.handler.call(change)
      ensure
        @scheduler.retire
      end
      finish(watch, change, nil)
    rescue Exception => e # rubocop:disable Lint/RescueException -- an exit in a handler is its own error too
      finish(watch, change, e)
    end

    def finish(watch, change, error)
      Guards.leave_child(error)
      report(watch, change, error) if error
      @running = false
      proceed
    end

    # Nobody waits for a handler's end, so its error goes to the log.
    def report(watch, change, error)
      object = Report.of(error).last
      @kernel.log("a handler of storage.watch(#{watch.prefix.inspect}) failed at #{change.key.inspect}: " \
                  "#{object["message"]}", "error", object.slice("ename", "evalue", "traceback", "frames", "cause"))
    rescue Error
      @kernel.complain(error)
    end
  end
end
