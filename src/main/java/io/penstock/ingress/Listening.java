package io.penstock.ingress;

import io.netty.channel.Channel;
import java.util.List;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/** Puts the limits, the time-outs and the admission of requests on the main server. */
@Component
final class Listening implements NettyServerCustomizer {

    static final String TURNS = "penstock.turns";
    static final String HEAD = "penstock.head";
    static final String ADMISSION = "penstock.admission";
    static final String SLOW_READER = "penstock.slow-reader";
    static final String READING_ON = "penstock.reading-on";

    private static final int MAX_KEEP_ALIVE_REQUESTS = -1;

    private final IngressSettings settings;
    private final Admission admission;
    private final List<Door> doors;
    private final SlowReaders slowReaders;
    private final Pressures pressures;
    private final EarlyAnswers answers;
    private final ReadingOn readingOn = new ReadingOn();

    Listening(
            IngressSettings settings,
            ServerProperties server,
            List<Door> doors,
            SlowReaders slowReaders,
            Pressures pressures,
            Wording rest) {
        this.settings = settings;
        this.slowReaders = slowReaders;
        this.pressures = pressures;
        this.answers = new EarlyAnswers(rest);
        this.doors = List.copyOf(doors);
        boolean loopback = server.getAddress() != null && server.getAddress().isLoopbackAddress();
        this.admission =
                new Admission(Admission.hosts(settings, loopback), java.util.Set.copyOf(settings.allowedOrigins()));
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.requestTimeout(settings.bodyTimeout())
                .idleTimeout(settings.idleTimeout())
                .maxKeepAliveRequests(MAX_KEEP_ALIVE_REQUESTS)
                .doOnChannelInit((observer, channel, remote) -> guard(channel));
    }

    private void guard(Channel channel) {
        var heads = new HeadGuard(new HeadDeadline(settings.headerTimeout()));
        if (channel.pipeline().get(NettyPipeline.SslHandler) == null) {
            channel.pipeline().addFirst(HEAD, heads);
        } else {
            channel.pipeline().addAfter(NettyPipeline.SslHandler, HEAD, heads);
        }
        channel.pipeline().addBefore(HEAD, TURNS, new TurnTaking(pressures.turns(channel.eventLoop())));
        channel.pipeline()
                .addAfter(
                        NettyPipeline.HttpCodec,
                        ADMISSION,
                        new AdmissionHandler(admission, doors, heads, pressures.of(channel.eventLoop()), answers));
        channel.pipeline().addAfter(NettyPipeline.HttpTrafficHandler, READING_ON, readingOn);
        channel.pipeline().addFirst(SLOW_READER, slowReaders.watch(channel));
    }
}
