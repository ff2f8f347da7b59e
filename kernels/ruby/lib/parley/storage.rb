# frozen_string_literal: true

require_relative "arguments"
require_relative "plugin"
require_relative "values"
require_relative "watches"

module Parley
  # What the plugin keeps: values by key, and blobs. It outlives the kernel and the orchestrator. Keys are the plugin's
  # own, save those that begin with +global:+, which are shared and need a permission.
  module Storage
    # One key's value, and which version of it this is.
    Entry = Struct.new(:key, :value, :version)

    class << self
      # @param key [String]
      # @param default [Object] given when there is no such key
      # @return [Object] string keys
      def get(key, default = nil)
        found = request("get", { "key" => text("key", key) })
        found["found"] ? found["value"] : default
      end

      # @param key [String]
      # @return [Entry, nil] nil when there is no such key
      def entry(key)
        found = request("get", { "key" => text("key", key) })
        Entry.new(text("key", key), found["value"], found["version"]) if found["found"]
      end

      # @param key [String]
      # @param value [Object] anything that JSON can carry; bytes go with {put_blob}
      # @return [Integer] the version that it has now
      # @raise [NotSerializable, PermissionDenied, InvalidPayload, TooLarge, Unavailable]
      def set(key, value)
        request("set", { "key" => text("key", key) }, value: encode(value))["version"]
      end

      # @param key [String]
      # @return [Boolean] whether it was there
      def delete(key)
        request("delete", { "key" => text("key", key) })["deleted"]
      end

      # @param prefix [String]
      # @return [Array<Entry>] by key
      def list(prefix = "")
        entries = request("list", { "prefix" => text("prefix", prefix) })["entries"]
        entries.map { |one| Entry.new(*one.values_at("key", "value", "version")) }
      end

      # Sets a value if nobody else has meanwhile.
      # @example
      #   entry = storage.entry("count")
      #   storage.compare_and_set("count", entry.value + 1, entry.version) or retry_later
      # @param key [String]
      # @param value [Object]
      # @param version [Integer] the one that must be there; 0: only if there is none
      # @return [Integer, nil] the new version; nil when another was there, and nothing was changed
      def compare_and_set(key, value, version)
        unless version.is_a?(Integer) && !version.negative?
          raise ArgumentError, "version is what set or entry gave, or 0 for none, not #{version.inspect}"
        end

        fields = { "key" => text("key", key), "version" => version }
        reply = request("compare_and_set", fields, value: encode(value))
        reply["version"] if reply["swapped"]
      end

      # Tells of every change from now on. Handlers run one after the other, in the order of the changes; changes
      # wait until the start handlers have ended. What a handler raises is logged.
      # @example
      #   storage.watch("theme:") { |change| log("#{change.key} is #{change.value}") unless change.deleted? }
      # @param prefix [String] of the keys
      # @param handler [#call, nil] instead of a block
      # @yieldparam change [Watches::Change]
      # @return [Watch] to be disposed of
      def watch(prefix = "", handler = nil, &block)
        Parley.kernel!.watches.add(text("prefix", prefix), Parley.callable(handler, block, "storage.watch"))
      end

      # Keeps bytes once, however often they are put.
      # @param bytes [String] in any encoding: its bytes are kept
      # @return [Hash] the reference, to be kept in values and sent to other plugins: "blob" and "size"
      def put_blob(bytes)
        raise ArgumentError, "a blob is a String of bytes, not #{bytes.class}" unless bytes.is_a?(String)

        request("put_blob", {}, operation: "blob_put", value: "null", metadata: { "buffer_paths" => [["value"]] },
                                buffers: [bytes.b]).slice("blob", "size")
      end

      # @param reference [Hash, String] what {put_blob} gave, or its "blob"
      # @return [String] BINARY
      # @raise [NoProvider] when it is not there
      def get_blob(reference)
        blob = reference.is_a?(Hash) ? reference["blob"] || reference[:blob] : reference
        return request("get_blob", { "blob" => blob }, operation: "blob_get")["value"] if blob.is_a?(String)

        raise ArgumentError, "a blob's reference is what put_blob gave, with \"blob\" in it, not #{reference.inspect}"
      end

      private

      def text(name, value)
        Arguments.text(name, value)
      end

      # @param name [String] of the SDK's method
      # @param value [String, nil] JSON
      # @return [Hash] the reply's content
      def request(name, fields, operation: name, value: nil, metadata: {}, buffers: Values::NONE)
        content = Values.generate({ "op" => operation, **fields })
        content = %(#{content.chop},"value":#{value}}) if value
        Parley.kernel!.ask("storage_request", content, what: "storage.#{name}", metadata:, buffers:)
      end

      # @return [String] JSON
      def encode(value)
        encoded = Values.encode(value, limit: Parley.kernel!.limit)
        return encoded.json if encoded.buffers.empty?

        path = Values.path(encoded.paths.first)
        raise NotSerializable.new("#{path} is bytes, which a stored value cannot hold: storage.put_blob keeps them, " \
                                  "and the reference that it gives can stand here", path:)
      end
    end
  end

  # Where a plugin's author finds it.
  module DSL
    # @return [Storage] what the plugin keeps
    # @example
    #   storage.set("visits", storage.get("visits", 0) + 1)
    def storage
      Storage
    end
  end
end
