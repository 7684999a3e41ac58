package io.penstock.relay.elsewhere;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.penstock.wire.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The head of a request as bytes: all of its headers, for which of them matter is decided where it is carried out. */
final class Heads {

    /** What belongs to the connection on which it came (RFC 9110, 7.6.1), and the length of a body that is here already. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "expect",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private Heads() {}

    static Packing write(Request request, Packing out) {
        List<Map.Entry<String, String>> headers = request.headers().entries().stream()
                .filter(header -> !OF_THE_CONNECTION.contains(header.getKey().toLowerCase(Locale.ROOT)))
                .toList();
        Packing written = out.text(request.method())
                .text(request.path())
                .bytes(request.peer().getAddress().getAddress())
                .number(request.peer().getPort())
                .text(request.correlationId())
                .number(headers.size());
        for (var header : headers) {
            written = written.text(header.getKey()).text(header.getValue());
        }
        return written;
    }

    static Request read(Unpacking in) {
        String method = in.text();
        String path = in.text();
        var peer = new InetSocketAddress(address(in.bytes()), in.number());
        String correlationId = in.text();
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        int count = in.number();
        for (int i = 0; i < count; i++) {
            headers.add(in.text(), in.text());
        }
        return new Request(method, path, headers, peer, correlationId);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + bytes.length + " bytes", e);
        }
    }
}
