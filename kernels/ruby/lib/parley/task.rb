# frozen_string_literal: true

module Parley
  # One line of plugin code: a fiber, the frame it runs for, and where it waits.
  class Task
    # @return [Frame, nil]
    attr_reader :frame
    # @return [#call] what it runs; gets the task
    attr_reader :body
    # The fiber that waits, which need not be the one that was started: an Enumerator brings its own.
    attr_accessor :parked, :queued, :interruption

    def initialize(frame, body)
      @frame = frame
      @body = body
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
