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

.measurements as $all
| ["nginx", "penstock", "penstock-rs256", "penstock-es256"] as $proxies
| "\(.at), commit \(.commit), \(.machine.cores) x \(.machine.cpu), Linux \(.machine.kernel), load before \(.machine.load_before); nginx \(.nginx), Java \(.java) \(.java_options)",
  "\nA call, 2025-11-25, 64 connections, saturated\n\n\(head("call"))", measured("call-legacy"; $all; $proxies),
  "\nA call, 2026-07-28, 64 connections, saturated\n\n\(head("call"))", measured("call-modern"; $all; $proxies),
  "\nA stream of 100 events, 50 at a time, an event each 5 ms (times are of an event, from written to read)\n\n\(head("stream"))", measured("stream"; $all; $proxies),
  "\n2,000 calls a second on 16 connections\n\n| proxy | rel | CPU us a call | p50 ms | p99 ms | added to p50 ms | added to p99 ms |\n|---|---|---|---|---|---|---|",
  (($all | of("paced"; "direct")) as $direct | ($all | of("paced"; "nginx")) as $nginx
    | "direct", "nginx", "penstock" | . as $proxy | ($all | of("paced"; $proxy)) | select(length > 0)
    | [$proxy, (if $proxy == "direct" then "" else ratios($nginx) | spread(2) end), (map(.cpu_us // empty) | spread(1)), (map(.p50_ms) | spread(2)), (map(.p99_ms) | spread(2)),
        (added($direct; "p50_ms") | spread(2)), (added($direct; "p99_ms") | spread(2))] | line),
  "\nIdle streams\n\n| proxy | streams | live heap KB a stream | resident KB a stream | resident MB | core % | one event to all ms |\n|---|---|---|---|---|---|---|",
  ($all[] | select(.row == "idle") | [.proxy, .streams, (.live_kb_a_stream | places(1)), (.resident_kb_a_stream | places(1)), (.resident_kb / 1024 | round), (.core_percent | places(1)), .deliver_ms]
    | map(tostring) | line),
  "\nStart of the process to the first answered call\n\n| cores | ms | resident MB then |\n|---|---|---|",
  ($all[] | select(.row == "start") | [.cores, (.first_call_ms | tostring), (.resident_kb / 1024 | round | tostring)] | line)
