# frozen_string_literal: true

require_relative "task"

module Parley
  # Runs fibers over one poll loop, and is Ruby's Fiber::Scheduler for what they do besides calling:
  # sleep, I/O, Queue, Thread#join and Timeout.timeout suspend the frame, not the kernel.
  #
  # Fibers are switched with +transfer+, never resume and yield, which an Enumerator would intercept. The root
  # fiber runs the loop and no plugin code; a fiber that waits transfers to the root.
  class Scheduler
    # How many fibers wait for their next task. Before Ruby 3.2 a fiber entered by transfer keeps its stack until it is
    # collected, so that a new one for each frame costs more than all the rest of a call.
    IDLE = 64

    # @return [Task, nil] the one that runs plugin code at this moment
    attr_reader :current

    # @return [IO] readable when another thread has put something into the inbox
    attr_reader :bell

    # @param lost [Proc] called with the task and an error or nil when a fiber ends up elsewhere
    def initialize(lost)
      @lost = lost
      @thread = Thread.current
      @root = Fiber.current
      @idle = []
      @ready = []
      @timers = []
      @readers = {}
      @writers = {}
      @blocked = {}
      @inbox = Thread::Queue.new
      @bell, @ring = IO.pipe
      @shielded = nil
      @interrupted = false
    end

    # Starts a task, after whatever runs now.
    # @param task [Task]
    def spawn(task)
      task.parked = @idle.pop || carrier
      task.queued = true
      @ready << task
    end

    # Suspends the running task until someone wakes it. Callers loop: it may wake for nothing.
    # @raise [Exception] what {#interrupt} brought
    def park
      task = @current or raise Error, "this can only be used inside a frame, not in a signal handler or an exit hook"
      unless task.interruption
        task.parked = Fiber.current
        retire
        @switched = true
        @root.transfer
      end
      return unless (error = task.interruption)

      task.interruption = nil
      raise error
    end

    # Lets a parked task go on, after whatever runs now.
    def wake(task)
      return if task.queued || !task.parked

      task.queued = true
      @ready << task
    end

    # Raises an error in a task where it waits, or where it next will.
    def interrupt(task, error)
      task.interruption = error
      wake(task)
    end

    # The running task has ended as far as plugin code goes: no interrupt must reach what follows.
    def retire
      @current = nil
      @shielded = nil
    end

    # @return [Boolean] whether the caller is on the thread that runs the loop
    def here?
      Thread.current.equal?(@thread)
    end

    # Runs a block on the loop's thread, from any thread, and gives back what it returned.
    def on_loop
      return yield if here?

      answer = Thread::Queue.new
      post do
        answer << [yield, nil]
      rescue StandardError => e
        answer << [nil, e]
      end
      value, error = answer.pop
      error ? raise(error) : value
    end

    # Hands a block to the loop, without waiting.
    def post(&block)
      @inbox << block
      @ring.write_nonblock("!", exception: false)
    rescue ClosedQueueError, IOError
      raise Unavailable, "this program is not attached any more"
    end

    # The loop ends: what has been handed to it still runs, and nothing is taken any more.
    def close_inbox
      @inbox.close
      @inbox.pop.call until @inbox.empty?
    end

    # SIGINT. Raises in the frame that runs; does nothing when none does.
    def interrupt_running
      raise Interrupt, "interrupted" if @current

      @interrupted = true if @shielded
    end

    # Runs shim code on behalf of a frame that an interrupt must not cut in half.
    def shield
      task = @current
      return yield if task.nil? || !here?

      @shielded = task
      @current = nil
      begin
        yield
      ensure
        # In this order, so that no interrupt falls between the two.
        @current = task
        @shielded = nil
        if @interrupted
          @interrupted = false
          raise Interrupt, "interrupted"
        end
      end
    end

    # @return [Task, nil] on whose behalf something is printed or sent
    def task
      @current || @shielded if here?
    end

    # @return [Boolean] whether a task runs, or will when its time has come
    def going_on?(task)
      task.queued || !task.parked || @timers.any? { |entry| entry[2].equal?(task) }
    end

    # @return [Boolean] whether a task waits for another to release it, by a Queue, a Mutex or the like
    def blocked?(task)
      @blocked.value?(task)
    end

    # @return [Boolean] whether nothing but a message can make anything go on
    def quiet?
      [@ready, @timers, @readers, @writers, @inbox].all?(&:empty?) && Thread.list.one?
    end

    # @param seconds [Numeric]
    # @param task [Task, nil] that goes on then
    # @return [Object] to be given to {#cancel_timer}
    def timer(seconds, task = nil, &block)
      entry = [now + seconds, block, task]
      @timers.insert(@timers.bsearch_index { |other| other[0] > entry[0] } || -1, entry)
      entry
    end

    def cancel_timer(entry)
      @timers.delete_if { |other| other.equal?(entry) }
    end

    # Waits for something to happen, unless something is ready, and wakes whom it concerns.
    # @param readers [Array<IO>] the shim's own, {#bell} among them
    # @param writers [Array<IO>]
    # @return [Array<IO>] what can be read
    def turn(readers, writers)
      readers += @readers.keys unless @readers.empty?
      writers += @writers.keys unless @writers.empty?
      found, writable = IO.select(readers, writers, nil, patience)
      fire unless @timers.empty?
      return Values::NONE unless found

      listen if found.include?(@bell)
      wake_all(@readers, found) unless @readers.empty?
      wake_all(@writers, writable) unless @writers.empty?
      found
    rescue IOError, SystemCallError
      # Plugin code closed what one of its own fibers waits for; that fiber finds out by trying again.
      [@readers, @writers].each { |waiting| wake_all(waiting, waiting.keys.select(&:closed?)) }
      Values::NONE
    end

    # Runs the tasks that were woken, those that they wake included.
    def run_ready
      while (task = @ready.shift)
        task.queued = false
        switch(task) if task.parked
      end
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end

    private

    # A fiber that runs one task after another.
    def carrier
      Fiber.new(blocking: false) do |task|
        while task
          task.execute
          task = rest(task)
        end
      end
    end

    # Waits for the next task. A fiber in which plugin code left variables of its own ends instead.
    # @return [Task, nil]
    def rest(task)
      task.mutexes.each { |mutex| mutex.unlock if mutex.owned? } if task.mutexes? # as Ruby does when a thread ends
      @current = nil
      @switched = true
      return if @idle.size >= IDLE || !Thread.current.keys.empty? || stored?

      @idle << Fiber.current
      @root.transfer
    end

    # Fiber storage came with Ruby 3.2.
    if Fiber.method_defined?(:storage)
      def stored?
        !(Fiber.current.storage || {}).empty?
      end
    else
      def stored?
        false
      end
    end

    def switch(task)
      fiber = task.parked
      task.parked = nil
      @current = task
      @switched = false
      fiber.transfer(task)
      @current = nil
      @lost.call(task, nil) unless @switched
    rescue Exception => e # rubocop:disable Lint/RescueException -- whatever a fiber dies of, the loop lives
      @current = nil
      @lost.call(task, e)
    end

    def wake_all(waiting, ios)
      ios.each { |io| waiting.delete(io)&.each { |task| wake(task) } }
    end

    # @return [Numeric, nil] how many seconds nothing need be done
    def patience
      return 0 unless @ready.empty? && @inbox.empty?

      @timers.empty? ? nil : [@timers.first[0] - now, 0].max
    end

    def fire
      @timers.shift[1].call while @timers.any? && @timers.first[0] <= now
    end

    def listen
      @bell.read_nonblock(4096, exception: false)
      @inbox.pop.call until @inbox.empty?
    end
  end
end
