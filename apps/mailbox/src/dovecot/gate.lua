-- Asks the suite at every log-in, and tells LMTP where a box lives. `settings` is written above this line by
-- configuration.ts: version (of Dovecot), gate (URL), token, homes (folder).

-- What Dovecot 2.3 and 2.4 call by different names: options of the HTTP client, fields of a request, and the settings of a
-- box that come with its user: the file of rights, and how much fits into it.
local dialects = {
  ["2.3"] = {
    client = { request_absolute_timeout_msecs = 3000, max_attempts = 1 },
    door = "service",
    address = "rip",
    rights = function(file) return "acl", "vfile:" .. file .. ":cache_secs=0" end,
    size = function(quota) return "quota_rule", "*:storage=" .. quota end,
  },
  ["2.4"] = {
    client = { request_absolute_timeout = "3 secs", request_max_attempts = 1 },
    door = "protocol",
    address = "remote_ip",
    rights = function(file) return "acl_global_path", file end,
    size = function(quota) return "quota_storage_size", quota == "0" and "unlimited" or quota end,
  },
}
local dialect = dialects[settings.version]

local client = dovecot.http.client(dialect.client)

local escapes = { ['"'] = '\\"', ['\\'] = '\\\\' }

local function quoted(text)
  local safe = text:gsub('[%z\1-\31"\\]', function(character)
    return escapes[character] or string.format('\\u%04x', character:byte())
  end)
  return '"' .. safe .. '"'
end

-- The gate answers one flat object whose texts hold neither quotes nor backslashes: that is part of its contract.
local function texts(payload)
  local found = {}
  for name, text in payload:gmatch('"(%w+)":"([^"\\]*)"') do found[name] = text end
  return found
end

local function parts(address)
  return address:match("^(.+)@([^@]+)$")
end

-- The home of an address and how much fits into it; nil and the system's error when there is no such home. What may be
-- done in it, and its size, are files behind the link `rights`, so that a phase or a state changes them for all at once.
local function home(localpart, domain)
  if localpart == nil then return nil, "no address", 2 end
  if (localpart .. domain):find("/", 1, true) then return nil, "no such box", 2 end
  local folder = settings.homes .. "/" .. domain .. "/" .. localpart
  local file, reason, code = io.open(folder .. "/rights/quota")
  if file == nil then return nil, reason, code end
  local quota = file:read("*l")
  file:close()
  return folder, quota
end

-- The client is asked to try again. These are the only lines in which Dovecot's log names an account.
local function comeBack(why)
  return dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE, why
end

local function admitted(request, address)
  local folder, quota = home(parts(address))
  if folder == nil then return comeBack("the box has no home") end
  local rights, file = dialect.rights(folder .. "/rights/" .. request[dialect.door])
  local size, limit = dialect.size(quota)
  return dovecot.auth.PASSDB_RESULT_OK, {
    user = address,
    userdb_home = folder,
    ["userdb_" .. rights] = file,
    ["userdb_" .. size] = limit,
  }
end

function auth_password_verify(request, secret)
  local asked = client:request{ url = settings.gate, method = "POST" }
  asked:add_header("Content-Type", "application/json")
  asked:add_header("Authorization", "Bearer " .. settings.token)
  asked:set_payload('{"name":' .. quoted(request.user) .. ',"secret":' .. quoted(secret)
    .. ',"door":' .. quoted(request[dialect.door]) .. ',"client":' .. quoted(request[dialect.address] or "") .. '}')
  local response = asked:submit()
  if response:status() ~= 200 then
    return comeBack("the gate answered " .. response:status() .. " " .. response:reason())
  end
  local answer = texts(response:payload())
  if answer.outcome == "admitted" then
    return admitted(request, answer.address)
  elseif answer.outcome == "refused" then
    -- Only with the result OK does Dovecot hand the reason on; `nologin` is what refuses.
    return dovecot.auth.PASSDB_RESULT_OK, { nologin = "", reason = answer.reason }
  elseif answer.outcome == "wrong" then
    return dovecot.auth.PASSDB_RESULT_PASSWORD_MISMATCH, "wrong name or password"
  end
  return comeBack("the gate cannot say now")
end

-- LMTP asks nobody whether a box may receive: that was decided before the message came here.
function auth_userdb_lookup(request)
  local folder, quota, code = home(parts(request.user))
  if folder ~= nil then
    local size, limit = dialect.size(quota)
    return dovecot.auth.USERDB_RESULT_OK, { home = folder, [size] = limit }
  elseif code == 2 then
    return dovecot.auth.USERDB_RESULT_USER_UNKNOWN, "no such box"
  end
  return dovecot.auth.USERDB_RESULT_INTERNAL_FAILURE, quota
end
