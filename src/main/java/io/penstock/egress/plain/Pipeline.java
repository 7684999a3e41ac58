package io.penstock.egress.plain;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** What stands between a connection's socket and its exchanges. */
final class Pipeline extends ChannelInitializer<Channel> {

    private static final int LONGEST_LINE = 4 * 1024;

    private final Connection connection;

    Pipeline(Connection connection) {
        this.connection = connection;
    }

    @Override
    protected void initChannel(Channel channel) {
        var limits =
                new HttpDecoderConfig().setMaxInitialLineLength(LONGEST_LINE).setMaxHeaderSize(PlainHttp.LONGEST_HEAD);
        KeepAlive.on(channel);
        channel.pipeline().addLast(new HttpResponseDecoder(limits), new OnePiece(), connection);
    }
}
