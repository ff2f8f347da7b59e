--- Plugin files: each plugin has an environment of its own, in which the globals can be read, and a `require` that looks
--- beside its file first.

local errors = require "parley.errors"
local trace = require "parley.trace"

local error, load, select, setmetatable, tostring, type = error, load, select, setmetatable, tostring, type
local byte, find, format, gsub, match, sub =
  string.byte, string.find, string.format, string.gsub, string.match, string.sub
local getenv, open_file, tointeger = os.getenv, io.open, math.tointeger
local loadlib, search_path = package.loadlib, package.searchpath

local loader = {}

local globals = _G
local packages = package
local own_searchers = #package.searchers

local function read_file(path)
  local file, problem = open_file(path, "rb")
  if not file then return nil, problem end
  local text
  text, problem = file:read("a")
  file:close()
  return text, problem
end

--- What Lua skips at the start of a file, without moving a line.
local function without_preamble(text)
  if sub(text, 1, 3) == "\xef\xbb\xbf" then text = sub(text, 4) end
  if byte(text) == 35 then text = match(text, "\n.*$") or "" end
  return text
end

--- Where a syntax error is. Lua says the line; the column follows from how much its lexer had read: it is one character past
--- the token that it did not expect.
local function column_of(text, chunk_name, problem)
  local consumed = 0
  load(function()
    consumed = consumed + 1
    return sub(text, consumed, consumed)
  end, chunk_name, "t")
  local token = match(problem, " near '(.*)'$")
  local start = consumed - 1
  if token and sub(text, consumed - #token, consumed - 1) == token then start = consumed - #token end
  if find(problem, " near <eof>", 1, true) then start = #text + 1 end
  local line_start = find(sub(text, 1, start - 1), "\n[^\n]*$") or 0
  return start - line_start
end

--- Compiles a text; the second result is an error with file, line and column.
---@param text string
---@param file string its name in errors
---@param chunk_name string as in load
---@param environment table
---@return function?
---@return table? problem
function loader.compile(text, file, chunk_name, environment)
  text = without_preamble(text)
  local chunk, problem = load(text, chunk_name, "t", environment)
  if chunk then return chunk end
  local line, what = match(problem, "^.-:(%d+): (.*)$")
  if not line then line, what = "1", problem end
  local column = column_of(text, chunk_name, problem)
  return nil, errors.failure("SyntaxError", format("%s:%s:%d: %s", file, line, column, what), {
    frames = { { file = file, line = tointeger(line), column = column, ["function"] = "main chunk" } },
  })
end

--- Compiles a file.
---@param path string
---@param environment table
---@return function?
---@return table? problem
function loader.file(path, environment)
  local text, problem = read_file(path)
  if not text then return nil, errors.failure("FileNotFound", "cannot read " .. tostring(problem)) end
  return loader.compile(text, path, "@" .. path, environment)
end

local LOADING <const> = {} -- stands in `loaded` for a module whose file is running

local function missing(name, tried)
  local lua_path = getenv "LUA_PATH_5_4" or getenv "LUA_PATH"
  error(errors.failure("ModuleNotFound", format("module '%s' not found, wanted by %s (%s; looked for %s)", tostring(name),
    trace.place() or "?", lua_path and "LUA_PATH is " .. lua_path or "LUA_PATH is not set", tried)), 0)
end

--- Paths that were tried, in one line.
local function in_line(tried) return (gsub(gsub(tried or "", "^%s*", ""), "\n%s*", ", ")) end

--- Finds what makes a module: a function, and what is told to it besides the name.
local function find_module(name, own, environment)
  local preload = own.preload[name]
  if preload then return preload, ":preload:" end
  local path, tried = search_path(name, own.path)
  if path then
    local chunk, problem = loader.file(path, environment)
    if not chunk then error(problem, 0) end
    return chunk, path
  end
  local library, also_tried = search_path(name, own.cpath)
  if library then
    local opener, problem = loadlib(library, "luaopen_" .. gsub(match(name, "^[^-]*-(.*)$") or name, "%.", "_"))
    if not opener then error(errors.failure("ModuleNotFound", tostring(problem)), 0) end
    return opener, library
  end
  -- What a module like luarocks.loader has added.
  for i = own_searchers + 1, #packages.searchers do
    local found, extra = packages.searchers[i](name)
    if type(found) == "function" then return found, extra end
  end
  missing(name, in_line(tried) .. ", " .. in_line(also_tried))
end

local function new_require(own, environment)
  return function(name)
    if type(name) ~= "string" then
      error("bad argument #1 to 'require' (string expected, got " .. type(name) .. ")", 2)
    end
    local loaded = own.loaded
    local module = loaded[name]
    if module == LOADING then
      error(errors.failure("ModuleLoop", format("module '%s' requires itself, from %s", name, trace.place() or "?")), 0)
    end
    if module then return module end
    local make, extra = find_module(name, own, environment)
    loaded[name] = LOADING
    -- Not pcall: an error must keep the frames of where it was raised.
    local _ <close> = setmetatable({}, { __close = function()
      if loaded[name] == LOADING then loaded[name] = nil end
    end })
    local result = make(name, extra)
    if result == nil then result = loaded[name] ~= LOADING and loaded[name] or true end
    loaded[name] = result
    return result, extra
  end
end

--- An environment: its globals are its own, Lua's can be read; `parley` is there, as a global and for require.
---@param folder string where require looks first
---@param sdk table
---@return table
function loader.environment(folder, sdk)
  local environment = setmetatable({ parley = sdk }, { __index = globals })
  environment._G = environment
  local own = setmetatable({
    loaded = setmetatable({ parley = sdk, _G = environment }, { __index = packages.loaded }),
    preload = setmetatable({}, { __index = packages.preload }),
    path = folder .. "/?.lua;" .. folder .. "/?/init.lua;" .. packages.path,
    cpath = folder .. "/?.so;" .. packages.cpath,
  }, { __index = packages })
  own.loaded.package = own
  environment.package = own
  environment.require = new_require(own, environment)

  function environment.load(chunk, name, mode, ...)
    if select("#", ...) > 0 then return load(chunk, name, mode, (...)) end
    return load(chunk, name, mode, environment)
  end

  function environment.loadfile(path, mode, ...)
    local text, problem = read_file(path)
    if not text then return nil, "cannot open " .. tostring(problem) end
    return environment.load(without_preamble(text), "@" .. path, mode, ...)
  end

  function environment.dofile(path)
    local chunk, problem = environment.loadfile(path)
    if not chunk then error(problem, 0) end
    return chunk()
  end

  return environment
end

return loader
