package io.penstock.caller.session;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
import java.util.List;

/** The cookies of a request (RFC 6265, 4.2). */
public final class Cookies {

    private Cookies() {}

    /** The values of the cookies of that name, each once. More than one is a second opinion, which somebody else may have planted. */
    public static List<String> named(HttpHeaders headers, String name) {
        List<String> lines = headers.getAll(HttpHeaderNames.COOKIE);
        if (lines.isEmpty() || lines.stream().noneMatch(line -> line.contains(name))) {
            return List.of();
        }
        return lines.stream()
                .flatMap(line -> ServerCookieDecoder.STRICT.decodeAll(line).stream())
                .filter(cookie -> cookie.name().equals(name))
                .map(Cookie::value)
                .distinct()
                .toList();
    }
}
