# frozen_string_literal: true

require "parley/session"
require "socket"
require "tmpdir"
require "fileutils"

# A scripted orchestrator: starts a real kernel, plays the broker and the other plugins, and records what it is sent.
class Orchestrator
  MAIN = File.expand_path("..", __dir__)
  # A message from the kernel.
  Message = Struct.new(:type, :id, :header, :parent, :metadata, :content, :buffers) do
    def outcome = metadata["outcome"]
    def value = content["value"]
  end

  # `answers`, by type of request: what gives outcome, content and buffers, or nil for no answer.
  attr_reader :messages, :services, :answers, :folder, :pid
  # Whether load_plugin announces grants, and what answers event_start.
  attr_accessor :grants, :settings

  def initialize(limit: 1 << 24, environment: {})
    @environment = environment
    @folder = Dir.mktmpdir("parley")
    @key = "k" * 32
    @signer = Parley::Signer.new(@key)
    @limit = limit
    @messages = []
    @services = {}
    @answers = { "emit" => ->(_) { ["ok", { "subscriptions" => 2 }] } }
    @provided = []
    @topics = {}
    @patterns = {}
    @nonces = {}
    @count = 0
    @sequences = Hash.new(0)
    @held = Hash.new { |hash, name| hash[name] = [] }
  end

  def start
    config = { "protocol" => "1.0", "kernel_id" => "k-1", "transport" => "ipc", "requests" => "ipc://#{@folder}/r",
               "events" => "ipc://#{@folder}/e", "key" => @key, "signature_scheme" => "hmac-sha256",
               "max_message_bytes" => @limit }
    File.write("#{@folder}/connection", JSON.generate(config))
    servers = %w[r e].map { |name| UNIXServer.new("#{@folder}/#{name}") }
    spawn_kernel
    @requests, @events = servers.map(&:accept)
    servers.each(&:close)
    @readers = { @requests => Parley::Zmtp::Decoder.new(1 << 26), @events => Parley::Zmtp::Decoder.new(1 << 26) }
    { @requests => "ROUTER", @events => "XPUB" }.each do |io, type|
      write(io, Parley::Zmtp::GREETING + Parley::Zmtp.ready(type))
    end
    hello = wait { |message| message.type == "hello" }
    send_message("welcome", hello.header, { "outcome" => "ok" }, { "max_message_bytes" => @limit })
    self
  end

  # Writes a plugin, loads it and starts it.
  # @return [Message] the first reply that is not ok, or the last
  def load(source, name: "plugin.rb")
    file = "#{@folder}/#{name}"
    File.write(file, source)
    id = send_message("load_plugin", "{}", {}, { "plugin" => "tested", "version" => "1", "generation" => 1,
                                                 "tenant" => "default", "folder" => @folder, "main" => file,
                                                 "event_grants" => grants || false, "settings" => settings || {} })
    reply = reply(id)
    reply.outcome == "ok" ? reply(send_message("start_plugin", "{}", {}, {})) : reply
  end

  def call(method, params = {}, **options)
    reply(send_call(method, params, **options))
  end

  def send_call(method, params = {}, metadata: {}, buffers: [])
    metadata = { "method" => method, "remaining" => 30, "depth" => 1, "tenant" => "default",
                 "caller" => "test" }.merge(metadata)
    send_message("call_request", "{}", metadata, params, buffers)
  end

  # Publishes on the event's topic.
  # @return [String] the event's msg_id
  def publish(event, payload = {}, sequence: nil, key: nil)
    topic = topic(event)
    @sequences[event] = sequence || (@sequences[event] + 1)
    metadata = { "event" => event, "event_id" => "e", "sequence" => @sequences[event], "emitter" => "test",
                 "attempt" => 1 }
    id, header = header("event")
    signer = Parley::Signer.new(key || topic["key"])
    write(@events, Parley::Zmtp.message([topic["topic"], *seal(signer, header, "{}", metadata, payload)]))
    id
  end

  # Sends an event to this plugin alone.
  # @return [String] the event's msg_id
  def direct(event, payload = {}, **metadata)
    send_message("event", "{}", { "event" => event, "event_id" => "e", "attempt" => 1 }.merge(metadata), payload)
  end

  # @return [String] the id of the subscription to a pattern
  def subscription_to(pattern)
    sent("subscribe").find { |message| message.content["pattern"] == pattern }.content["subscription"]
  end

  # @return [Array<Message>] of one type
  def sent(type)
    @messages.select { |message| message.type == type }
  end

  def topic(event)
    @topics[event] ||= { "event" => event, "topic" => "topic-#{event}", "key" => "key-#{event}" }
  end

  def execute(code, **more)
    reply(send_message("execute_request", "{}", {}, { "code" => code, "silent" => false }.merge(more)))
  end

  def send_message(type, parent, metadata, content, buffers = [])
    id, header = header(type)
    send_frames(seal(@signer, header, parent, metadata, content, buffers))
    (@headers ||= {})[id] = header
    id
  end

  def send_frames(frames)
    write(@requests, Parley::Zmtp.message(frames))
  end

  def seal(signer, header, parent, metadata, content, buffers = [])
    parts = [header, parent, metadata, content].map { |part| (part.is_a?(String) ? part : JSON.generate(part)).b }
    Parley::Envelope.seal(signer, *parts, buffers)
  end

  def cancel(id, reason = "cancelled")
    send_message("cancel", @headers[id], { "frame" => id }, { "reason" => reason })
  end

  def query(id)
    send_message("wait_query", @headers[id], { "frame" => id }, {})
  end

  def credit(id, count)
    send_message("credit", @headers[id], { "credit" => count }, {})
  end

  def interrupt
    Process.kill("INT", @pid)
  end

  def reply(id, seconds = 60)
    wait(seconds) { |message| message.type.end_with?("_reply") && message.parent["msg_id"] == id }
  end

  # The messages of a frame.
  def of(id, type)
    @messages.select { |message| message.type == type && message.parent["msg_id"] == id }
  end

  # Waits for the first message that the block accepts.
  def wait(seconds = 60)
    limit = now + seconds
    at = 0
    loop do
      while at < @messages.size
        return @messages[at] if yield @messages[at]

        at += 1
      end
      raise "nothing came within #{seconds} seconds" if now > limit

      pump(0.2)
    end
  end

  # Waits for a service to be called; its reply is the test's affair.
  def asked(method, number = 1)
    wait { calls_of(method).size >= number }
    calls_of(method)[number - 1]
  end

  def answer(message, value)
    send_message("call_reply", message.header, { "outcome" => "ok" }, { "value" => value })
  end

  # Takes in what comes within some seconds.
  def pump(seconds)
    ready, = IO.select(@readers.keys, nil, nil, seconds)
    ready&.each do |io|
      bytes = io.readpartial(1 << 16)
      @readers[io].feed(bytes) { |frames, _| frames && (io == @events ? subscription(frames[0]) : take(frames)) }
    rescue EOFError
      @readers.delete(io)
    end
    raise "the kernel has ended" if @readers.empty?
  end

  def settle(seconds = 0.1)
    limit = now + seconds
    pump(0.02) while now < limit
  end

  # @return [Integer, nil] the exit status
  def stop
    return unless @pid

    send_message("shutdown_request", "{}", {}, { "restart" => false })
    wait { |message| message.type == "shutdown_reply" }
    Process.wait(@pid)
    $?.exitstatus
  rescue SystemCallError, IOError, RuntimeError
    Process.kill("KILL", @pid)
    Process.wait(@pid)
    nil
  ensure
    clean
  end

  def clean
    @pid = nil
    [@requests, @events].each { |io| io&.close }
    FileUtils.rm_rf(@folder)
  end

  # Waits for the process to end by itself.
  def ended
    Process.wait(@pid)
    $?.exitstatus.tap { clean }
  end

  def drop_connections
    [@requests, @events].each(&:close)
  end

  private

  def spawn_kernel
    spec = JSON.parse(File.read("#{MAIN}/kernel.json"))
    argv = spec["argv"].map do |part|
      part.gsub("{resource_dir}", MAIN).gsub("{connection_file}", "#{@folder}/connection")
    end
    # Raw output goes nowhere: what the kernel is to report comes as messages.
    @pid = Process.spawn(@environment, *argv, in: File::NULL, out: File::NULL, err: File::NULL, pgroup: true)
  end

  def calls_of(method)
    @messages.select { |message| message.type == "call_request" && message.metadata["method"] == method }
  end

  def header(type)
    id = "o-#{@count += 1}"
    [id, JSON.generate({ "msg_id" => id, "session" => "o", "username" => "parley", "date" => "2026-01-02T03:04:05.678Z",
                         "msg_type" => type, "version" => "5.4" })]
  end

  # The test may not block on a full socket either: the kernel may be writing as well.
  def write(io, bytes)
    until bytes.empty?
      count = io.write_nonblock(bytes, exception: false)
      count == :wait_writable ? pump(0.05) : bytes = bytes.byteslice(count, bytes.bytesize)
    end
  end

  def take(frames)
    envelope = Parley::Envelope.open(frames, @signer)
    message = Message.new(envelope.type, envelope.id, envelope.header, JSON.parse(frames[3]), envelope.metadata,
                          envelope.content, frames.drop(6))
    @messages << message
    play(message, frames)
  end

  def play(message, frames)
    case message.type
    when "provide", "withdraw" then confirm(message)
    when "subscribe" then subscribe(message)
    when "unsubscribe" then @patterns.delete(message.content["subscription"])
                            confirm(message)
    when "emit", "services_request", "service_wait", "contributions_request", "storage_request" then respond(message)
    when "call_request" then serve(message, frames)
    when "call_reply" then relay(message, frames)
    when "lock_request", "unlock" then lock(message)
    when "event_start" then send_message("event_grant", message.header, { "outcome" => grants.to_s, "depth" => 3 }, {})
    end
  end

  def respond(message)
    outcome, content, buffers = @answers[message.type]&.call(message)
    return unless outcome

    metadata = { "outcome" => outcome }
    metadata["buffer_paths"] = [["value"]] if buffers
    send_message("#{message.type.delete_suffix("_request")}_reply", message.header, metadata, content, buffers || [])
  end

  def confirm(message)
    name = message.content["method"]
    message.type == "provide" ? @provided << name : @provided.delete(name)
    send_message("#{message.type}_reply", message.header, { "outcome" => "ok" }, {})
  end

  def subscribe(message)
    pattern = message.content["pattern"]
    if pattern == "no:no"
      return send_message("subscribe_reply", message.header, { "outcome" => "permission_denied" },
                          { "message" => "it may not", "permission" => "subscribe:no:no" })
    end
    @patterns[message.content["subscription"]] = pattern
    nonce = "nonce-#{message.id}"
    @nonces[nonce] = message
    topics = pattern.include?("*") ? @topics.values : [topic(pattern)]
    topics = [] if message.content["shape"]
    send_message("subscribe_reply", message.header, { "outcome" => "ok" }, { "topics" => topics, "nonce" => nonce })
  end

  def subscription(frame)
    return unless frame.start_with?("\x01") && (message = @nonces.delete(frame.byteslice(1, frame.bytesize)))

    send_message("subscribed", message.header, {}, { "subscription" => message.content["subscription"] })
  end

  # A service of the test's own, or the kernel itself.
  def serve(message, frames)
    method = message.metadata["method"]
    if @services.key?(method)
      outcome, content = @services[method].call(message.content)
      send_message("call_reply", message.header, { "outcome" => outcome }, content) if outcome
    elsif @provided.include?(method)
      metadata = message.metadata.merge("depth" => 2, "remaining" => 30)
      id = send_message("call_request", message.header, metadata, frames[5], frames.drop(6))
      (@relayed ||= {})[id] = message
    else
      send_message("call_reply", message.header, { "outcome" => "no_provider" },
                   { "message" => "nobody provides #{method}", "nearest" => [] })
    end
  end

  def relay(message, frames)
    return unless (origin = @relayed&.delete(message.parent["msg_id"]))

    send_message("call_reply", origin.header, message.metadata, frames[5], frames.drop(6))
  end

  def lock(message)
    held = @held[message.content["name"]]
    message.type == "unlock" ? held.shift : held << message
    granted = message.type == "unlock" || held.size == 1 ? held.first : nil
    send_message("lock_reply", granted.header, { "outcome" => "ok" }, {}) if granted
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
