package io.penstock.egress.plain;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import jdk.net.ExtendedSocketOptions;

/**
 * Asks the other side's system now and then whether it is still there: one that vanished without a word is missed within two minutes, where a
 * stream that waits for its events would wait for ever.
 */
public final class KeepAlive {

    /** In seconds. */
    private static final int IDLE = 60;

    /** In seconds. */
    private static final int INTERVAL = 15;

    private static final int PROBES = 4;

    private KeepAlive() {}

    /** To be called before the channel is connected. */
    public static void on(Channel channel) {
        var config = channel.config();
        config.setOption(ChannelOption.SO_KEEPALIVE, true);
        // each transport knows its own and leaves the others' alone
        set(config, EpollChannelOption.TCP_KEEPIDLE, EpollChannelOption.TCP_KEEPINTVL, EpollChannelOption.TCP_KEEPCNT);
        set(
                config,
                IoUringChannelOption.TCP_KEEPIDLE,
                IoUringChannelOption.TCP_KEEPINTVL,
                IoUringChannelOption.TCP_KEEPCNT);
        set(
                config,
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT));
    }

    private static void set(
            ChannelConfig config,
            ChannelOption<Integer> idle,
            ChannelOption<Integer> interval,
            ChannelOption<Integer> probes) {
        config.setOption(idle, IDLE);
        config.setOption(interval, INTERVAL);
        config.setOption(probes, PROBES);
    }
}
