# Raw figures to Markdown: medians of the rounds with their least and greatest.
def places($n): . * pow(10; $n) | round / pow(10; $n);
def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def spread($n): if length == 0 then "" elif length == 1 then "\(.[0] | places($n))"
  else "\(median | places($n)) (\(min | places($n))-\(max | places($n)))" end;
def of($row; $proxy): map(select(.row == $row and .proxy == $proxy and .round > 0));
def line: "| " + join(" | ") + " |";

# the same round's figure of another proxy
def against($other; $field): map(. as $one | ($other[] | select(.round == $one.round) | .[$field]));
def ratios($other): [., against($other; "cpu_us")] as [$mine, $theirs] | [range($mine | length) | $mine[.].cpu_us / $theirs[.]];
def added($other; $field): [., against($other; $field)] as [$mine, $theirs] | [range($mine | length) | $mine[.][$field] - $theirs[.]];

def measured($row; $all; $proxies):
  ($all | of($row; "nginx")) as $nginx
  | $proxies[] as $proxy | ($all | of($row; $proxy)) | select(length > 0)
  | [$proxy, (ratios($nginx) | spread(2)), (map(.cpu_us) | spread(1)), (map(.calls / .seconds) | spread(0)), (map(.p50_ms) | spread(2)),
      (map(.p99_ms) | spread(2)), (map(.p999_ms) | spread(2)), "\(map(.resident_kb / 1024) | max | round)"] | line;

def head($unit): "| proxy | rel | CPU us a \($unit) | \($unit)s/s | p50 ms | p99 ms | p99.9 ms | resident MB |\n|---|---|---|---|---|---|---|---|";

# what was aimed at, the most that it may be, what was seen
def target($what; $most; $seen): [$what, ($most | tostring), ($seen | places(2) | tostring), (if $seen <= $most then "yes" else "no" end)] | line;
def rel($all; $row): ($all | of($row; "nginx")) as $nginx | $all | of($row; "penstock") | select(length > 0) | ratios($nginx) | median;
def later($all; $field): ($all | of("paced"; "nginx")) as $nginx | $all | of("paced"; "penstock") | select(length > 0) | added($nginx; $field) | median;
def idle($all): [$all[] | select(.row == "idle" and .proxy == "penstock")] | select(length > 0) | max_by(.streams);

.measurements as $all
| (if .transport == "io_uring" then 1.5 else 2 end) as $most
| ["nginx", "haproxy", "penstock", "penstock-rs256", "penstock-es256"] as $proxies
| ["nginx", "haproxy", "penstock"] as $compared
| "\(.at), commit \(.commit), \(.machine.cores) x \(.machine.cpu), Linux \(.machine.kernel), load before \(.machine.load_before); nginx \(.nginx), HAProxy \(.haproxy), Java \(.java) \(.java_options), \(.transport)",
  "\nA call, 2025-11-25, 64 connections, saturated\n\n\(head("call"))", measured("call-legacy"; $all; $proxies),
  "\nA call, 2026-07-28, 64 connections, saturated\n\n\(head("call"))", measured("call-modern"; $all; $proxies),
  "\nA call to a virtual server, 2026-07-28, 64 connections, saturated: the name is put back\n\n\(head("call"))", measured("call-virtual"; $all; $proxies),
  "\nA call to a virtual server, 2025-11-25 without a session, 64 connections, saturated\n\n\(head("call"))", measured("call-sessionless"; $all; $proxies),
  "\nThe list of 500 tools of a virtual server, 2026-07-28, 64 connections, saturated\n\n\(head("list"))", measured("call-list"; $all; $proxies),
  "\nBytes that a call of 2025-11-25 allocates on the event loops: \([$all[] | select(.row == "allocation") | .bytes_a_call] | max)",
  "\nA stream of 100 events, 50 at a time, an event each 5 ms (times are of an event, from written to read)\n\n\(head("stream"))", measured("stream"; $all; $proxies),
  "\n2,000 calls a second on 16 connections\n\n| proxy | rel | CPU us a call | p50 ms | p99 ms | added to p50 ms | added to p99 ms |\n|---|---|---|---|---|---|---|",
  (($all | of("paced"; "direct")) as $direct | ($all | of("paced"; "nginx")) as $nginx
    | "direct", $compared[] | . as $proxy | ($all | of("paced"; $proxy)) | select(length > 0)
    | [$proxy, (if $proxy == "direct" then "" else ratios($nginx) | spread(2) end), (map(.cpu_us // empty) | spread(1)), (map(.p50_ms) | spread(2)), (map(.p99_ms) | spread(2)),
        (added($direct; "p50_ms") | spread(2)), (added($direct; "p99_ms") | spread(2))] | line),
  "\nOne reader that does not keep up, among streams that do (times are of an event to one of those)\n\n| proxy | rel | CPU us an event | streams | p50 ms | p99 ms | p50 ms without it | p99 ms without it | resident MB |\n|---|---|---|---|---|---|---|---|---|",
  (($all | of("slow"; "nginx")) as $nginx | $compared[] as $proxy | $all | of("slow"; $proxy) | select(length > 0)
    | [$proxy, (ratios($nginx) | spread(2)), (map(.cpu_us) | spread(1)), (.[0].streams | tostring), (map(.p50_ms) | spread(2)), (map(.p99_ms) | spread(2)), (map(.alone_p50_ms) | spread(2)),
        (map(.alone_p99_ms) | spread(2)), "\(map(.resident_kb / 1024) | max | round)"] | line),
  "\nIdle streams\n\n| proxy | streams | live heap KB a stream | resident KB a stream | resident MB | core % | the first event to all ms | the later ones ms |\n|---|---|---|---|---|---|---|---|",
  ($all[] | select(.row == "idle") | [.proxy, .streams, (.live_kb_a_stream | places(1)), (.resident_kb_a_stream | places(1)), (.resident_kb / 1024 | round), (.core_percent | places(1)), .deliver_ms[0], (.deliver_ms[1:] | spread(0))]
    | map(tostring) | line),
  "\nStart of the process to the first answered call\n\n| from | cores | ms | CPU s | resident MB then |\n|---|---|---|---|---|",
  ($all[] | select(.row == "start") | [.from, .cores, .first_call_ms, (.cpu_seconds | places(1)), (.resident_kb / 1024 | round)] | map(tostring) | line),
  "\nResident memory after all calls, before the streams\n\n| proxy | MB |\n|---|---|",
  ($compared[] as $proxy | $all | of("paced"; $proxy) | select(length > 0) | [$proxy, (last.resident_kb / 1024 | round | tostring)] | line),
  "\nTargets\n\n| what | at most | seen | met |\n|---|---|---|---|",
  target("a call, 2025-11-25: rel on \(.transport)"; $most; rel($all; "call-legacy")),
  target("a call, 2026-07-28: rel on \(.transport)"; $most; rel($all; "call-modern")),
  target("a call to a virtual server: rel on \(.transport)"; $most; rel($all; "call-virtual")),
  target("2,000 calls a second: later than through nginx, p50 ms"; 0.5; later($all; "p50_ms")),
  target("2,000 calls a second: later than through nginx, p99 ms"; 1; later($all; "p99_ms")),
  (idle($all) | target("\(.streams) idle streams: live heap KB a stream"; 20; .live_kb_a_stream), target("\(.streams) idle streams: core %"; 5; .core_percent),
    target("\(.streams) idle streams: an event to all but the first ms"; 250; .deliver_ms[1:] | median)),
  ($all | of("slow"; "penstock") | select(length > 0) | target("one slow reader: later for the others, p99 ms"; 5; map(.p99_ms - .alone_p99_ms) | median)),
  ($all[] | select(.row == "start" and .cores == 2 and (.from | startswith("image"))) | target("start, image with its cache, two cores: ms"; 1000; .first_call_ms))
