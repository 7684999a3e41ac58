package io.penstock.caller.signin;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.HttpCookie;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What a browser does at a sign-in: keeps cookies, and goes where it is sent, one step at a time or all the way. */
public final class Browser implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int MOST_STEPS = 10;

    public final CookieManager jar = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient client = HttpClient.newBuilder().cookieHandler(jar).build();

    public HttpResponse<String> get(String address, String... headers) {
        return send(HttpRequest.newBuilder(URI.create(address)).GET(), headers);
    }

    public HttpResponse<String> post(String address, String body, String... headers) {
        return send(
                HttpRequest.newBuilder(URI.create(address)).POST(BodyPublishers.ofString(body)),
                Stream.concat(
                                Stream.of(
                                        "Content-Type",
                                        "application/json",
                                        "Accept",
                                        "application/json, text/event-stream"),
                                Stream.of(headers))
                        .toArray(String[]::new));
    }

    public HttpResponse<String> delete(String address, String... headers) {
        return send(HttpRequest.newBuilder(URI.create(address)).DELETE(), headers);
    }

    public HttpResponse<String> patch(String address, String body, String... headers) {
        return send(
                HttpRequest.newBuilder(URI.create(address))
                        .header("Content-Type", "application/json")
                        .method("PATCH", BodyPublishers.ofString(body)),
                headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String... headers) {
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.timeout(LONG).build(), BodyHandlers.ofString());
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Sends a form as a page of that origin does. */
    public HttpResponse<String> form(String address, String origin, String body) {
        return form(address, "Origin", origin, body);
    }

    /** Sends a form as a page of another site does, in a browser that says no more of it. */
    public HttpResponse<String> crossSiteForm(String address, String body) {
        return form(address, "Sec-Fetch-Site", "cross-site", body);
    }

    private HttpResponse<String> form(String address, String header, String value, String body) {
        return send(
                HttpRequest.newBuilder(URI.create(address)).POST(BodyPublishers.ofString(body)),
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Accept",
                "text/html",
                "Sec-Fetch-Mode",
                "navigate",
                header,
                value);
    }

    /** Goes there, and wherever that leads. */
    public HttpResponse<String> follow(String address, String... headers) {
        var answer = get(address, headers);
        for (int step = 0; answer.statusCode() / 100 == 3; step++) {
            if (step == MOST_STEPS) {
                throw new IllegalStateException("It goes round and round");
            }
            answer = get(location(answer), headers);
        }
        return answer;
    }

    /** Goes there and wherever that leads, up to the first address that begins so, which is not gone to. */
    public String until(String address, String beginning) {
        String next = address;
        for (int step = 0; step < MOST_STEPS; step++) {
            next = location(get(next));
            if (next.startsWith(beginning)) {
                return next;
            }
        }
        throw new IllegalStateException("It leads nowhere");
    }

    public static String location(HttpResponse<?> answer) {
        return answer.uri()
                .resolve(answer.headers()
                        .firstValue("location")
                        .orElseThrow(() ->
                                new IllegalStateException(answer.statusCode() + " leads nowhere: " + answer.body())))
                .toString();
    }

    /** The values of the cookies of that name. */
    public List<String> cookies(String name) {
        return jar.getCookieStore().getCookies().stream()
                .filter(cookie -> cookie.getName().equals(name))
                .map(HttpCookie::getValue)
                .toList();
    }

    public String session() {
        return cookies("mcp_gateway_session").getFirst();
    }

    @Override
    public void close() {
        client.close();
    }
}
