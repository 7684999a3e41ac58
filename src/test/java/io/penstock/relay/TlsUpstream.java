package io.penstock.relay;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.penstock.egress.tls.Certificates;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509ExtendedTrustManager;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An MCP server with a certificate, which knows some clients by theirs; it says in its answers which one it saw. */
public final class TlsUpstream implements AutoCloseable {

    /** Of whom it takes a certificate, whenever TLS begins. */
    public final Set<X509Certificate> taken = ConcurrentHashMap.newKeySet();

    /** Who made each request. */
    public final List<String> seen = new CopyOnWriteArrayList<>();

    /** Who made each request, and over which connection. */
    public final List<String> connections = new CopyOnWriteArrayList<>();

    /** Who is connected, once for each connection. */
    public final List<String> connected = new CopyOnWriteArrayList<>();

    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

    /** When calls are answered. */
    public volatile Mono<Void> answering = Mono.empty();

    /** Whose requests are answered with 401. */
    public volatile String unwanted = "";

    private final DisposableServer server;

    /** At a free port. */
    public TlsUpstream(Certificates own, ClientAuth demanded, Certificates... known) {
        this(0, own, demanded, known);
    }

    public TlsUpstream(int port, Certificates own, ClientAuth demanded, Certificates... known) {
        taken.addAll(Stream.of(known).map(Certificates::certificate).collect(Collectors.toSet()));
        var tls = context(own, demanded);
        server = HttpServer.create()
                .host("localhost")
                .port(port)
                .secure(spec -> spec.sslContext(tls))
                .handle(this::handle)
                .bindNow();
    }

    public int port() {
        return server.port();
    }

    public String url() {
        return "https://localhost:" + port() + "/mcp";
    }

    private SslContext context(Certificates own, ClientAuth demanded) {
        try {
            return SslContextBuilder.forServer(own.privateKey(), own.certificate())
                    .clientAuth(demanded)
                    .trustManager(new Taken())
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Taken extends X509ExtendedTrustManager {

        private void demand(X509Certificate[] chain) throws CertificateException {
            if (!taken.contains(chain[0])) {
                throw new CertificateException("not taken");
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            demand(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            demand(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            demand(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private String who(HttpServerRequest request) {
        var who = new String[1];
        request.withConnection(connection -> {
            who[0] = peer(connection);
            var one = who[0] + " on " + connection.channel().id();
            connections.add(one);
            if (!connected.contains(one)) {
                connected.add(one);
                channels.add(connection.channel());
                connection.channel().closeFuture().addListener(_ -> connected.remove(one));
            }
        });
        return who[0];
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        String who = who(request);
        return request.receive().aggregate().asString().defaultIfEmpty("{}").flatMap(body -> {
            JsonNode message = JsonMapper.shared().readTree(body);
            seen.add(who);
            if (!unwanted.isEmpty() && who.contains(unwanted)) {
                return response.status(401).send();
            }
            if (!request.method().name().equals("POST")) {
                return response.status(405).send();
            }
            if (!message.has("id")) {
                return response.status(202).send();
            }
            boolean call = message.path("method").asString("").equals("tools/call");
            var answer = response.header("content-type", "application/json")
                    .sendString(Mono.just("{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + ",\"result\":"
                            + result(message, who) + "}"))
                    .then();
            return call ? answering.then(answer) : answer;
        });
    }

    private static String result(JsonNode message, String who) {
        return switch (message.path("method").asString("")) {
            case "initialize" ->
                "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"tls\",\"version\":\"1\"}}";
            case "tools/list" -> "{\"tools\":[{\"name\":\"whoami\",\"inputSchema\":{\"type\":\"object\"}}]}";
            case "tools/call" -> "{\"content\":[{\"type\":\"text\",\"text\":\"" + who + "\"}]}";
            default -> "{}";
        };
    }

    private static String peer(Connection connection) {
        var handler = connection.channel().pipeline().get(SslHandler.class);
        try {
            return handler.engine().getSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "nobody";
        }
    }

    /** As a server that is gone. */
    @Override
    public void close() {
        server.disposeNow();
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
    }
}
