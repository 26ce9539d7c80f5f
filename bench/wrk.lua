-- One script for every request that is measured, told by the environment what to send:
--   BENCH_METHOD, BENCH_HEADERS (lines "Name: value"), BENCH_BODY, and BENCH_TARGETS: a file with
--   one path a line, each asked for in turn. In body, headers and path {n} becomes a number that
--   is used once, {who} one of 5000, {net} one of 250, {few} one of 50, {text} a line of the
--   file BENCH_TEXTS.
-- The last line it prints is JSON after the word FIGURES.
local method = os.getenv("BENCH_METHOD") or "GET"
local body = os.getenv("BENCH_BODY")
local number = tonumber(os.getenv("BENCH_FIRST") or "0")

local function lines_of(name)
  local found = {}
  local file = os.getenv(name)
  if file then
    for line in io.lines(file) do found[#found + 1] = line end
  end
  return found
end

local targets = lines_of("BENCH_TARGETS")
local texts = lines_of("BENCH_TEXTS")
local headers, varies = {}, #targets > 0 or (body or ""):find("{", 1, true) ~= nil
for line in (os.getenv("BENCH_HEADERS") or ""):gmatch("[^\n]+") do
  local name, value = line:match("^([^:]+):%s*(.*)$")
  headers[name] = value
  varies = varies or value:find("{", 1, true) ~= nil
end

wrk.method, wrk.body = method, body
for name, value in pairs(headers) do wrk.headers[name] = value end

local values = {}
local function filled(text)
  return (text:gsub("{(%l+)}", values))
end

-- Without this function wrk sends one request made beforehand, which costs it least.
if varies then
  function request()
    number = number + 1
    values.n = tostring(number)
    values.who = tostring(number * 7919 % 5000)
    values.net = tostring(number * 7919 % 250)
    values.few = tostring(number * 7919 % 50)
    values.text = texts[number * 104729 % math.max(#texts, 1) + 1]
    local sent = {}
    for name, value in pairs(headers) do sent[name] = filled(value) end
    local path = #targets > 0 and targets[number % #targets + 1] or wrk.path
    return wrk.format(method, filled(path), sent, body and filled(body))
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'FIGURES {"requests":%d,"microseconds":%d,"bytes":%d,"refused":%d,"broken":%d,"p50":%.1f,"p99":%.1f,"most":%.1f}\n',
    summary.requests, summary.duration, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
