package io.penstock.egress.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.http.HttpResources;
import reactor.netty.resources.LoopResources;

/** That who vanished without a word is missed. */
@EnabledOnOs(OS.LINUX)
class KeepAliveTests {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final AtomicReference<Channel> made = new AtomicReference<>();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPlainConnectionIsKeptAliveOnEveryTransport(boolean isNative) {
        var http = new PlainHttp(loops(isNative), DefaultAddressResolverGroup.INSTANCE, LONG, 1);

        try (var peer = peer()) {
            var _ = http.post(peer.url(), new DefaultHttpHeaders(), "{}".getBytes(UTF_8), LONG, 1_000)
                    .block(LONG);

            assertIsKeptAlive();
        }
    }

    private static Peer peer() {
        return new Peer(line -> {
            line.hear();
            line.answer("{}");
            line.await();
        });
    }

    private void assertIsKeptAlive() {
        var config = made.get().config();
        assertThat(config.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        Map<String, Object> options = config.getOptions().entrySet().stream()
                .filter(option -> option.getKey().name().contains("TCP_KEEP"))
                .collect(Collectors.toMap(
                        option -> option.getKey().name().replaceFirst(".*#", ""), Map.Entry::getValue));
        assertThat(options).containsEntry("TCP_KEEPIDLE", 60).hasSize(3).containsValues(60, 15, 4);
    }

    private LoopResources loops(boolean isNative) {
        return new LoopResources() {
            @Override
            public EventLoopGroup onServer(boolean useNative) {
                return HttpResources.get().onServer(isNative);
            }

            @Override
            public EventLoopGroup onClient(boolean useNative) {
                return HttpResources.get().onClient(isNative);
            }

            @Override
            public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
                C channel = HttpResources.get().onChannel(type, group);
                made.set(channel);
                return channel;
            }
        };
    }
}
