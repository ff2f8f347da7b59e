# frozen_string_literal: true

require_relative "arguments"
require_relative "confirmation"
require_relative "handler"
require_relative "items"
require_relative "events"
require_relative "shape"

# Parley: plugins in several languages that call one another. In a plugin's file the methods of {Parley::DSL} are
# there by themselves; elsewhere, in classes and in files of its own, they are called as +Parley.call+ and so on.
module Parley
  # The plugin that this kernel hosts: what it provides, and what runs when it starts and stops.
  class Plugin
    # @return [String]
    attr_reader :name, :main, :folder
    # @return [Hash] as the manifest and the host give them
    attr_reader :settings
    # @return [Boolean] whether events wait for a grant
    attr_reader :event_grants
    # @return [Hash{String => Handler}] by method
    attr_reader :handlers
    # @return [Array<#call>] in order of registration
    attr_reader :starting, :stopping

    # @param content [Hash] of load_plugin
    def initialize(content)
      @name = content["plugin"]
      @main = content["main"]
      @folder = content.fetch("folder")
      @settings = content["settings"] || {}
      @event_grants = content["event_grants"] == true
      @handlers = {}
      @starting = []
      @stopping = []
    end
  end

  # A method that this plugin provides. Disposing of it twice is fine.
  class Provision
    # @return [String]
    attr_reader :method

    # @api private
    def initialize(kernel, method)
      @kernel = kernel
      @method = method
    end

    # Takes the method back: callers get {NoProvider} from now on.
    # @return [void]
    def dispose
      kernel = @kernel
      @kernel = nil
      kernel&.withdraw(@method)
    end
  end

  # A lock that the orchestrator keeps, so that it knows who waits for whom. It may be held across calls.
  class Lock
    # @return [String]
    attr_reader :name

    # @param name [String] the same name is the same lock, in every plugin of the tenant
    def initialize(name)
      @name = name.to_s
    end

    # Waits for the lock.
    # @param timeout [Numeric, nil] seconds
    # @return [self]
    # @raise [Timeout, Deadlock, Cancelled]
    def lock(timeout: nil)
      Parley.kernel!.lock(@name, timeout)
      self
    end

    # @return [self]
    def unlock
      Parley.kernel!.unlock(@name)
      self
    end

    # Holds the lock while the block runs.
    # @return [Object] the block's
    def synchronize(timeout: nil)
      lock(timeout:)
      begin
        yield
      ensure
        unlock
      end
    end
  end

  # What a plugin's author writes with.
  module DSL
    # Subscribes to an event or a pattern (+*+ is one segment, +**+ the rest). In force when it returns.
    # @example
    #   on("order:placed") { |event| log("order #{event["id"]}") }
    # @example Many at once: the handler gets a list
    #   on("stock:changed", batch: { window: 0.5, max: 100 }) { |events| log("#{events.size} changes") }
    # @param event [String]
    # @param handler [#call, nil] instead of a block
    # @param shape [Hash] the rhythm, one of these with times in seconds: +batch: { window:, max: }+,
    #   +debounce: { wait:, max_wait: }+, +throttle: { interval: }+, +latest: { key:, interval: }+
    # @yieldparam event [Hash] the payload, string keys; with +batch:+ an Array of them
    # @return [Subscription] to be disposed of
    # @raise [ArgumentError] what is wrong with the shape, and how it is written
    def on(event, handler = nil, **shape, &block)
      kernel = Parley.kernel!
      kernel.events.subscribe(event.to_s, Parley.callable(handler, block, "on"), Shape.of(shape))
    end

    # Emits an event. With +confirm:+ it waits until so many plugins have handled it.
    # @example
    #   emit("order:placed", order, confirm: :all, timeout: 5).errors.each { |plugin, e| log("#{plugin}: #{e}") }
    # @param event [String]
    # @param payload [Hash]
    # @param confirm [Symbol, Integer, nil] :all, :any or a number of subscribers
    # @param require [Boolean] whether having no subscriber at all is an error
    # @param timeout [Numeric, nil] seconds to wait for the confirmation
    # @param event_id [String, nil] a name for the event: emitted again with it, it is a duplicate, and goes to nobody
    # @return [Integer, Confirmation] how many subscriptions it matched; with +confirm:+, what became of it
    # @raise [NoProvider] when one is required and there is none
    def emit(event, payload = {}, confirm: nil, require: false, timeout: nil, event_id: nil, **others)
      Arguments.braces(others, "emit(#{event.inspect}, ")
      Parley.kernel!.emit(event.to_s, payload, confirm:, require:, timeout:, event_id:)
    end

    # Provides a method. The parameters of a call come as keywords, or as one Hash if the block takes no keywords.
    # @example
    #   provide("pricing.quote") { |sku:, amount: 1| { "total" => PRICES[sku] * amount } }
    # @param method [String] "service.method"
    # @param handler [#call, nil] instead of a block
    # @return [Provision] to be disposed of
    def provide(method, handler = nil, &block)
      Parley.kernel!.provide(method.to_s, Parley.callable(handler, block, "provide"))
    end

    # Calls a method of any plugin and waits for its result; other frames run meanwhile.
    # @param method [String]
    # @param params [Hash]
    # @param timeout [Numeric, nil] seconds
    # @param on_progress [#call, nil] gets a fraction (or nil) and a message (or nil)
    # @return [Object] string keys
    # @raise [Error] one class for each outcome
    def call(method, params = {}, timeout: nil, on_progress: nil, **others)
      Arguments.braces(others, "call(#{method.inspect}, ")
      Parley.kernel!.requests.call(method.to_s, params, timeout:, on_progress:)
    end

    # Reads the stream that a method yields.
    # @example
    #   stream("feed.lines", { path: "a.txt" }).each { |line| puts line }
    # @param window [Integer] how many items may be under way
    # @return [Stream] an Enumerable; breaking out of its loop cancels the producer
    def stream(method, params = {}, timeout: nil, window: 64, on_progress: nil)
      Stream.new(Parley.kernel!, method.to_s, params, timeout:, window:, on_progress:)
    end

    # Holds a lock while the block runs; without one, gives the {Lock}.
    # @param name [String]
    # @param timeout [Numeric, nil] seconds
    # @return [Object]
    def lock(name, timeout: nil, &block)
      block ? Lock.new(name).synchronize(timeout:, &block) : Lock.new(name)
    end

    # Reports how far a long call has come.
    # @param fraction [Numeric, nil] 0 to 1
    # @param message [String, nil]
    # @return [void]
    def progress(fraction = nil, message = nil)
      Parley.kernel!.progress(fraction, message)
    end

    # Writes to the orchestrator's log.
    # @param message [String]
    # @param level [Symbol] :debug, :info, :warning or :error
    # @param fields [Hash] anything that JSON can carry
    # @return [void]
    def log(message, level: :info, **fields)
      Parley.kernel!.log(message.to_s, level.to_s, fields)
    end

    # Runs the block when the plugin starts. Events come after it has ended.
    # @return [void]
    def on_start(handler = nil, &block)
      if Parley.kernel!.attached?
        raise Error, "on_start is for plugins that Parley starts: after Parley.attach just run what is to be run"
      end

      Parley.kernel!.plugin!.starting << Parley.callable(handler, block, "on_start")
      nil
    end

    # Runs the block when the plugin stops, the last registered first.
    # @return [void]
    def on_stop(handler = nil, &block)
      Parley.kernel!.plugin!.stopping << Parley.callable(handler, block, "on_stop")
      nil
    end

    # @return [Context] of the frame that runs
    def context
      Parley.kernel!.context
    end

    # @return [Hash] the plugin's settings, string keys
    def settings
      Parley.kernel!.plugin!.settings
    end
  end

  extend DSL

  class << self
    # @api private
    attr_accessor :kernel

    # @api private
    def kernel!
      kernel or raise Error, "Parley's functions work inside a Parley kernel: run this file as a plugin, or " \
                             "call Parley.attach first"
    end

    # @api private
    # A block keeps its own self; what is given instead must answer to call.
    def callable(handler, block, name)
      found = handler || block or raise ArgumentError, "#{name} needs a block"
      found.respond_to?(:call) ? found : raise(ArgumentError, "#{name} needs a block or something with a call method")
    end
  end
end
