class Boom < StandardError; end
# A plugin that fails while it is loaded.
raise Boom, "not today"
