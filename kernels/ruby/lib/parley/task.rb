# frozen_string_literal: true

module Parley
  # One line of plugin code in a fiber of its own, and where it waits. A {Frame} is one, and so is what a frame starts
  # with Fiber.schedule.
  class Task
    # @return [Frame, nil] on whose behalf it runs
    attr_reader :frame
    # @return [Proc, nil] called with an error or nil when its fiber died or control left it for good
    attr_reader :lost
    # The fiber that waits, which need not be the one that was started: an Enumerator brings its own.
    attr_accessor :parked, :queued, :interruption
    # @return [Mailbox, nil] for whose content it waits
    attr_accessor :mailbox

    # @yield what it runs
    def initialize(frame, lost: nil, &body)
      @frame = frame
      @lost = lost
      @body = body
    end

    # Runs on the task's fiber, to its end.
    def execute
      @body.call(self)
    end

    # @return [Array<Mutex>] what it has locked
    def mutexes
      @mutexes ||= []
    end

    def mutexes?
      @mutexes && !@mutexes.empty?
    end
  end
end
