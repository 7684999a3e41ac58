import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What becomes dearer when there is more of something: {@code Growth URL PID JCMD FOLDER full|quick HEAD}, with an administrator's token in
 * GROWTH_TOKEN and the secret that signs it in GROWTH_SECRET. Measures a gateway that nobody else uses, prints the curves and writes them
 * into the folder. Fails when a call fails.
 */
final class Growth {

    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([0-9a-f-]{36})\"");
    private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]*tool-[0-9]+)\"");
    private static final Pattern CURSOR = Pattern.compile("\"nextCursor\"\\s*:\\s*\"([^\"]+)\"");
    private static final String ECHO = Client.call("tools/call", "\"name\":\"tool-0\",\"arguments\":{\"text\":\"x\"}");
    private static final String LIST = Client.call("tools/list", "");
    private static final int MOST_OF_ONE = 1000;
    private static final int WEIGHABLE = 100;
    private static final long PAUSE_MILLIS = 500;

    private final Client client;
    private final Gauge gauge;
    private final Curves curves = new Curves();
    private final String upstream;
    private final String url;
    private final boolean full;

    private Growth(String url, Gauge gauge, boolean full) throws IOException {
        this.url = url;
        this.client = new Client(url, System.getenv("GROWTH_TOKEN"));
        this.gauge = gauge;
        this.full = full;
        this.upstream = GrowingUpstream.start();
    }

    public static void main(String[] args) throws Exception {
        var growth = new Growth(args[0], new Gauge(args[1], args[2]), args[4].equals("full"));
        growth.warmUp();
        growth.gateways();
        growth.tokens();
        growth.tools();
        growth.streams();
        growth.curves.write(Path.of(args[3]), args[5]);
        System.err.println(growth.client.failed() + " calls failed");
        System.exit(growth.client.failed() == 0 ? 0 : 1);
    }

    private int[] sizes(int most) {
        int end = full ? most : 100;
        return IntStream.iterate(1, size -> size <= end, size -> size * 10).toArray();
    }

    private String register(String name, int tools) throws IOException, InterruptedException {
        return first(
                ID,
                client.want(
                        201,
                        "POST",
                        "/gateways",
                        "{\"name\":\"" + name + "\",\"url\":\"" + upstream + tools
                                + "\",\"transport\":\"STREAMABLEHTTP\",\"auth_type\":\"bearer\",\"auth_token\":\"growing-credential\"}"));
    }

    private static String first(Pattern pattern, String text) {
        var matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private static double millis(Step step) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        step.run();
        return (System.nanoTime() - begun) / 1e6;
    }

    private static double median(double... values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    private void warmUp() throws Exception {
        var id = register("warm", 1);
        var _ = client.calls("/gateways/" + id + "/mcp", ECHO, List.of(client.admin()), full ? 30_000 : 2_000);
        client.want(204, "DELETE", "/gateways/" + id, "");
        for (int i = 0; i < (full ? 100 : 10); i++) {
            probe(i);
        }
    }

    /** The time of one registration, which is taken back. */
    private double probe(int number) throws IOException, InterruptedException {
        var id = new String[1];
        double millis = millis(() -> id[0] = register("probe " + number, 1));
        client.want(204, "DELETE", "/gateways/" + id[0], "");
        return millis;
    }

    private void gateways() throws Exception {
        double empty = gauge.live();
        var ids = new ArrayList<String>();
        for (int size : sizes(1000)) {
            while (ids.size() < size) {
                ids.add(register("growing " + ids.size(), 1));
            }
            var what = "gateways";
            double[] probes = new double[20];
            for (int i = 0; i < probes.length; i++) {
                probes[i] = probe(i);
            }
            curves.add(what, "one registration, ms", size, median(probes));
            curves.add(what, "a change counts on this replica after, ms", size, turned(ids.getLast()));
            var paths = ids.stream().map(id -> "/gateways/" + id + "/mcp").toList();
            curves.add(what, "CPU of a call, us", size, cpu(paths, ECHO, List.of(client.admin())));
            curves.add(what, "GET /gateways, a page, ms", size, listing("/gateways"));
            weigh(what, size, empty);
        }
    }

    private void weigh(String what, int size, double before) throws IOException {
        if (size >= WEIGHABLE) {
            curves.add(what, "live heap more than without, MB", size, (gauge.live() - before) / 1024);
        }
    }

    /** From the answer to a switch until calls see it. */
    private double turned(String gateway) throws IOException, InterruptedException {
        double[] times = new double[11];
        for (int i = 0; i < times.length; i++) {
            boolean on = i % 2 == 1;
            client.want(200, "POST", "/gateways/" + gateway + "/state?activate=" + on, "");
            times[i] = millis(() -> {
                while ((client.send("POST", "/gateways/" + gateway + "/mcp", ECHO)
                                        .statusCode()
                                == 200)
                        != on) {
                    Thread.onSpinWait();
                }
            });
        }
        client.want(200, "POST", "/gateways/" + gateway + "/state?activate=true", "");
        return median(times);
    }

    private double listing(String path) throws IOException, InterruptedException {
        double[] times = new double[11];
        for (int i = 0; i < times.length; i++) {
            times[i] = millis(() -> client.want(200, "GET", path, ""));
        }
        return median(times);
    }

    /** Microseconds of a call, all being known already. */
    private double cpu(List<String> paths, String body, List<String> tokens) throws Exception {
        var _ = client.calls(paths, body, tokens, Math.max(paths.size(), tokens.size()));
        int calls = Math.max(full ? 15_000 : 500, tokens.size() / 4);
        double before = gauge.spent();
        var _ = client.calls(paths, body, tokens, calls);
        return (gauge.spent() - before) / calls;
    }

    private void tokens() throws Exception {
        var gateway = register("of tokens", 1);
        var paths = List.of("/gateways/" + gateway + "/mcp");
        double empty = gauge.live();
        var tokens = new ArrayList<String>();
        for (int size : sizes(100_000)) {
            while (tokens.size() < size) {
                tokens.add(another(client.admin(), tokens.size()));
            }
            curves.add("verified tokens", "CPU of a call, us", size, cpu(paths, ECHO, tokens));
            weigh("verified tokens", size, empty);
        }
    }

    /** The same claims under another id, signed anew. */
    private static String another(String token, int number) throws Exception {
        var parts = token.split("\\.");
        var claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replaceFirst("\"jti\"\\s*:\\s*\"[^\"]*\"", "\"jti\":\"growing-" + number + "\"");
        var encoder = Base64.getUrlEncoder().withoutPadding();
        var signed = parts[0] + "." + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(System.getenv("GROWTH_SECRET").getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return signed + "." + encoder.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private void tools() throws Exception {
        for (int size : sizes(10_000)) {
            double before = gauge.live();
            var gateways = new ArrayList<String>();
            for (int left = size; left > 0; left -= MOST_OF_ONE) {
                gateways.add("\"" + register("tools " + size + " " + left, Math.min(left, MOST_OF_ONE)) + "\"");
            }
            var server = first(
                    ID,
                    client.want(
                            201,
                            "POST",
                            "/servers",
                            "{\"name\":\"with " + size + "\",\"name_style\":\"prefixed\",\"gateways\":["
                                    + String.join(",", gateways) + "]}"));
            await(server, size);
            var what = "tools of a virtual server";
            var mcp = "/servers/" + server + "/mcp";
            curves.add(what, "tools/list, first page, after a change, ms", size, changed(server));
            curves.add(
                    what, "tools/list, first page again, ms", size, again(() -> client.want(200, "POST", mcp, LIST)));
            curves.add(what, "tools/list, all pages again, ms", size, again(() -> all(mcp)));
            var tool = first(NAME, client.want(200, "POST", mcp, LIST));
            var call = Client.call("tools/call", "\"name\":\"" + tool + "\",\"arguments\":{\"text\":\"x\"}");
            curves.add(what, "CPU of a tools/call, us", size, cpu(List.of(mcp), call, List.of(client.admin())));
            weigh(what, size, before);
        }
    }

    private static double again(Step step) throws IOException, InterruptedException {
        double[] times = new double[11];
        for (int i = 0; i < times.length; i++) {
            times[i] = millis(step);
        }
        return median(times);
    }

    /** Until all of its tools are shown: they are found out by the first look at each gateway, which registration may not wait for. */
    private void await(String server, int tools) throws IOException, InterruptedException {
        for (int tries = 0; all("/servers/" + server + "/mcp") != tools; tries++) {
            if (tries == 100) {
                throw new IOException("not all of " + tools + " tools are shown");
            }
            Thread.sleep(100);
        }
    }

    private int all(String mcp) throws IOException, InterruptedException {
        int tools = 0;
        var cursor = "";
        do {
            var page = client.want(
                    200,
                    "POST",
                    mcp,
                    cursor.isEmpty() ? LIST : Client.call("tools/list", "\"cursor\":\"" + cursor + "\""));
            tools += (int) NAME.matcher(page).results().count();
            cursor = first(CURSOR, page);
        } while (!cursor.isEmpty());
        return tools;
    }

    /** The first list after what it shows was changed, which is switched off and on again for it. */
    private double changed(String server) throws IOException, InterruptedException {
        double[] times = new double[7];
        var mcp = "/servers/" + server + "/mcp";
        for (int i = 0; i < times.length; i++) {
            client.want(200, "POST", "/servers/" + server + "/state?activate=false", "");
            while (client.send("POST", mcp, Client.call("ping", "")).statusCode() == 200) {
                Thread.onSpinWait();
            }
            client.want(200, "POST", "/servers/" + server + "/state?activate=true", "");
            var done = new boolean[1];
            while (!done[0]) {
                times[i] = millis(() -> done[0] = client.send("POST", mcp, LIST).statusCode() == 200);
            }
        }
        return median(times);
    }

    /** Each of a session of its own: a session has one stream. */
    private void streams() throws IOException, InterruptedException {
        var gateway = register("of streams", 1);
        var other = register("of changes", 1);
        var server = first(
                ID,
                client.want(201, "POST", "/servers", "{\"name\":\"of streams\",\"gateways\":[\"" + gateway + "\"]}"));
        var mcp = "/servers/" + server + "/mcp";
        var what = "idle streams";
        double empty = gauge.live();
        double small = gauge.resident();
        var open = new ArrayList<SocketChannel>();
        for (int size : sizes(10_000)) {
            double millis = 0;
            int before = open.size();
            while (open.size() < size) {
                var request = streamOf(session(mcp), mcp);
                millis += millis(() -> open.add(opened(request)));
            }
            curves.add(what, "opening one, ms", size, millis / (size - before));
            weigh(what, size, empty);
            if (size >= WEIGHABLE) {
                curves.add(what, "resident more than without, MB", size, (gauge.resident() - small) / 1024);
            }
            curves.add(what, "CPU of a change of the catalog, ms", size, changing(other));
            stillOpen(open);
        }
        for (var one : open) {
            one.close();
        }
    }

    private String session(String mcp) throws IOException, InterruptedException {
        var answer = client.send(
                "POST",
                mcp,
                Client.call(
                        "initialize",
                        "\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"growth\",\"version\":\"1\"}"));
        return answer.headers()
                .firstValue("mcp-session-id")
                .orElseThrow(() -> new IOException("no session: " + answer.statusCode() + " " + answer.body()));
    }

    private ByteBuffer streamOf(String session, String mcp) {
        var head = "GET " + mcp + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nMcp-Session-Id: "
                + session + "\r\nMcp-Protocol-Version: 2025-11-25\r\nAuthorization: Bearer " + client.admin()
                + "\r\n\r\n";
        return ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII));
    }

    /** Milliseconds that the gateway spends on a switch of a gateway that has nothing to do with the streams, less what it spends by itself. */
    private double changing(String gateway) throws IOException, InterruptedException {
        int changes = full ? 10 : 2;
        double before = gauge.spent();
        Thread.sleep(changes * PAUSE_MILLIS);
        double byItself = gauge.spent() - before;
        for (int i = 0; i < changes; i++) {
            client.want(200, "POST", "/gateways/" + gateway + "/state?activate=" + (i % 2 == 1), "");
            Thread.sleep(PAUSE_MILLIS);
        }
        return (gauge.spent() - before - 2 * byItself) / changes / 1000;
    }

    /** A stream that ends leaves its connection open: the chunk without bytes is its end (RFC 9112, 7.1). */
    private static void stillOpen(List<SocketChannel> streams) throws IOException {
        var read = ByteBuffer.allocate(4096);
        for (var stream : streams) {
            stream.configureBlocking(false);
            int length = stream.read(read.clear());
            var text = new String(read.array(), 0, Math.max(0, length), StandardCharsets.US_ASCII);
            if (length < 0 || length == read.capacity() || text.endsWith("0\r\n\r\n")) {
                throw new IOException("a stream has ended, or is not idle: " + text);
            }
        }
    }

    private SocketChannel opened(ByteBuffer request) throws IOException {
        var channel = SocketChannel.open(
                new InetSocketAddress("127.0.0.1", URI.create(url).getPort()));
        channel.write(request);
        var head = ByteBuffer.allocate(4096);
        var text = "";
        while (!text.contains("\r\n\r\n")) {
            if (channel.read(head) < 0) {
                break;
            }
            text = new String(head.array(), 0, head.position(), StandardCharsets.US_ASCII);
        }
        if (!text.startsWith("HTTP/1.1 200") || !text.contains("text/event-stream")) {
            throw new IOException("a stream was not opened: " + text);
        }
        return channel;
    }
}
