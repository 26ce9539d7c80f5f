-- Comments and pings as wrk sends them: made of a vocabulary, no two alike.
-- INTAKE_DOOR  form, json, webmention, pingback or trackback
-- INTAKE_WORDS file of words, one a line; INTAKE_TOKEN a signed form time; INTAKE_SEED
-- INTAKE_ARTICLES how many articles are written to
local door = os.getenv("INTAKE_DOOR")
local token = os.getenv("INTAKE_TOKEN") or ""
local articles = tonumber(os.getenv("INTAKE_ARTICLES"))
local words, n = {}, 0

function init(args)
  math.randomseed(tonumber(os.getenv("INTAKE_SEED")))
  for line in io.lines(os.getenv("INTAKE_WORDS")) do words[#words + 1] = line end
end

local function some(least, most)
  local said = {}
  for k = 1, math.random(least, most) do said[k] = words[math.random(#words)] end
  return table.concat(said, " ")
end

-- Of ten comments six are plain prose, two stress words, one links, one quotes; of any two
-- in ten the signs are not of ASCII alone.
local function text()
  local kind = math.random(10)
  local said = some(8, 20) .. ". " .. some(6, 20) .. ", " .. some(4, 12) .. "."
  if math.random(3) == 1 then said = said .. "\n\n" .. some(8, 30) .. "!" end
  if math.random(5) == 1 then said = said:gsub(",", " \u{2013} caf\u{e9},") .. " It\u{2019}s so." end
  if kind == 7 then said = said .. " That is *" .. some(2, 4) .. "* and `" .. some(1, 2) .. "`." end
  if kind == 8 then said = "**" .. some(2, 3) .. "**: " .. said end
  if kind == 9 then said = said .. " See https://site" .. n .. ".example/page/" .. n .. " for that." end
  if kind == 10 then said = "> " .. some(8, 20) .. "\n\n" .. said end
  return said .. " " .. n
end

local function escaped(s)
  return (s:gsub("[^%w%-%._~ ]", function(c) return string.format("%%%02X", c:byte()) end):gsub(" ", "+"))
end

local function quoted(s)
  return '"' .. s:gsub('[\\"]', "\\%0"):gsub("\n", "\\n") .. '"'
end

local function article() return "https://blog.example/article-" .. math.random(articles) end
local function source() return "https://host" .. math.random(5000) .. ".example/" .. n end

local make = {
  form = function()
    return "/comments", "application/x-www-form-urlencoded", "article=" .. escaped(article())
      .. "&author=Name+" .. n % 500 .. "&email=name" .. n % 500 .. "%40mail.example&url=&comment="
      .. escaped(text()) .. "&hp_url=&form_token=" .. token
  end,
  json = function()
    return "/comments", "application/json", '{"article":"' .. article() .. '","parent":null,"text":'
      .. quoted(text()) .. ',"author":{"name":"Name ' .. n % 500 .. '","email":"name' .. n % 500
      .. '@mail.example","url":""},"remember":false,"hp_url":"","form_token":"' .. token .. '"}'
  end,
  webmention = function()
    return "/webmention", "application/x-www-form-urlencoded",
      "source=" .. escaped(source()) .. "&target=" .. escaped(article())
  end,
  trackback = function()
    return "/trackback?article=" .. escaped(article()), "application/x-www-form-urlencoded",
      "url=" .. escaped(source()) .. "&title=" .. escaped(some(3, 6)) .. "&excerpt="
      .. escaped(some(20, 40)) .. "&blog_name=" .. escaped(some(2, 3))
  end,
  pingback = function()
    return "/pingback", "text/xml", "<?xml version=\"1.0\"?><methodCall><methodName>pingback.ping"
      .. "</methodName><params><param><value><string>" .. source()
      .. "</string></value></param><param><value><string>" .. article()
      .. "</string></value></param></params></methodCall>"
  end,
}

function request()
  n = n + 1
  local path, kind, body = make[door]()
  local headers = { ["Content-Type"] = kind, ["X-Forwarded-For"] = "198.51." .. n % 200 .. "." .. n % 250 }
  if door == "json" then headers["Idempotency-Key"] = "key-" .. os.getenv("INTAKE_SEED") .. "-" .. n end
  return wrk.format("POST", path, headers, body)
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('FIGURES {"requests":%d,"seconds":%f,"bad":%d,"p50":%.1f,"p99":%.1f}\n',
    summary.requests, summary.duration / 1e6, e.status + e.connect + e.read + e.write + e.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
