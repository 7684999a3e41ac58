package io.penstock.egress.plain;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpConstants;
import io.netty.handler.codec.http.HttpRequestEncoder;
import java.util.List;

/**
 * Writes a request as one piece of memory: head and body are small, and as two they would be two writes with a promise each, which the kernel
 * has to gather.
 */
final class OnePiece extends HttpRequestEncoder {

    /** What a head usually needs; it grows where it needs more. */
    private static final int HEAD_BYTES = 1024;

    private static final int END_OF_HEAD = HttpConstants.CR << Byte.SIZE | HttpConstants.LF;

    @Override
    protected void encode(ChannelHandlerContext context, Object message, List<Object> out) throws Exception {
        var request = (FullHttpRequest) message;
        ByteBuf whole = null;
        try {
            whole = context.alloc().buffer(HEAD_BYTES + request.content().readableBytes());
            encodeInitialLine(whole, request);
            encodeHeaders(request.headers(), whole);
            var _ = ByteBufUtil.writeShortBE(whole, END_OF_HEAD);
            out.add(whole.writeBytes(request.content()));
            whole = null;
        } finally {
            if (whole != null) {
                whole.release();
            }
            request.release();
        }
    }
}
