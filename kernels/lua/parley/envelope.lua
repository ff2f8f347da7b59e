--- Jupyter's envelope: <IDS|MSG>, signature, header, parent_header, metadata, content, buffers.

local native = require "parley_native"
local values = require "parley.values"

local decode, sign, verify = native.decode, native.sign, native.verify
local getmetatable, select, type = debug.getmetatable, select, type

local envelope = {}

local DELIMITER <const> = "<IDS|MSG>"

--- A value may nest 128 levels deep; the content around it, and an error's causes, add some.
local LEVELS <const> = 160

---@class parley.Message
---@field type string
---@field id string
---@field header string as on the wire
---@field parent string as on the wire
---@field metadata table
---@field content table
---@field json string the content as on the wire
---@field buffers? string[]

--- Makes a signer of a key.
envelope.signer = native.hmac

--- The frames of a message; each part is JSON already.
---@param signer userdata
---@param header string
---@param parent string
---@param metadata string
---@param content string
---@param buffers? string[]
---@return string[] frames
function envelope.encode(signer, header, parent, metadata, content, buffers)
  local frames = { DELIMITER, sign(signer, header, parent, metadata, content), header, parent, metadata, content }
  if buffers then
    for i = 1, #buffers do frames[6 + i] = buffers[i] end
  end
  return frames
end

local function object(json)
  local value = decode(json, LEVELS)
  if type(value) == "table" and getmetatable(value) == nil then return value end -- arrays carry a mark
end

--- Reads a message. The signature is checked, over the bytes as they came, before anything is parsed.
---@param signer userdata
---@param frames string[]
---@param first? integer where <IDS|MSG> must stand: 1, or 2 after a topic
---@return parley.Message?
---@return string? problem "not_an_envelope", "bad_signature" or "malformed"
---@return string? header of a malformed message whose header can be read
function envelope.decode(signer, frames, first)
  first = first or 1
  local header, parent, metadata, content = select(first + 2, frames[1], frames[2], frames[3], frames[4], frames[5], frames[6], frames[7])
  if frames[first] ~= DELIMITER or not content then return nil, "not_an_envelope" end
  if not verify(signer, frames[first + 1], header, parent, metadata, content) then return nil, "bad_signature" end
  local head = object(header)
  if not head or type(head.msg_id) ~= "string" or type(head.msg_type) ~= "string" then return nil, "malformed" end
  local meta, body = object(metadata), object(content)
  if not meta or not body then return nil, "malformed", header end
  local message = { type = head.msg_type, id = head.msg_id, header = header, parent = parent, metadata = meta, content = body,
    json = content }
  if meta.buffer_paths ~= nil then
    local buffers = {}
    for i = first + 6, #frames do buffers[#buffers + 1] = frames[i] end
    if not values.place(body, meta.buffer_paths, buffers) then return nil, "malformed", header end
    message.buffers = buffers
  end
  return message
end

--- The content once more, for another handler: what one does to its event, the next must not see.
---@param message parley.Message
---@return table
function envelope.content(message)
  local content = object(message.json)
  if message.buffers then values.place(content, message.metadata.buffer_paths, message.buffers) end
  return content
end

--- The id of the message that this one answers.
---@param message parley.Message
---@return string?
function envelope.parent_id(message)
  local parent = object(message.parent)
  local id = parent and parent.msg_id
  return type(id) == "string" and id or nil
end

return envelope
