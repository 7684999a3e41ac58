package io.penstock.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.NettyPipeline;

/**
 * Stands before the HTTP decoder of one connection: times heads, and hands bytes on so that each head begins a piece, because the decoder
 * would join folded lines before anybody behind it could see them.
 */
final class HeadGuard extends ChannelInboundHandlerAdapter {

    /** Tells {@link AdmissionHandler} that a head has a folded line; nothing more comes on this connection. */
    enum Event {
        FOLDED
    }

    private final HeadDeadline deadline;
    private final HeadLines lines = new HeadLines();
    private Part part = Part.HEAD;

    /** What is left of a body whose length is known. */
    private long remaining;

    HeadGuard(HeadDeadline deadline) {
        this.deadline = deadline;
    }

    /** What the next byte belongs to. */
    private enum Part {
        HEAD,
        COUNTED_BODY,
        CHUNKED_BODY,
        REFUSED
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline.start(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes) || isUpgraded(context)) {
            context.fireChannelRead(message);
            return;
        }
        boolean handedOn = false;
        try {
            while (!handedOn && bytes.isReadable()) {
                int end = end(context, bytes);
                if (part == Part.REFUSED) {
                    return;
                }
                handedOn = end == bytes.writerIndex();
                context.fireChannelRead(handedOn ? bytes : bytes.readRetainedSlice(end - bytes.readerIndex()));
            }
        } finally {
            if (!handedOn) {
                ReferenceCountUtil.release(bytes);
            }
        }
    }

    /** Up to where the bytes belong to one part. The handler behind the decoder has set which that is. */
    private int end(ChannelHandlerContext context, ByteBuf bytes) {
        return switch (part) {
            case HEAD -> endOfHead(context, bytes);
            case COUNTED_BODY -> endOfBody(bytes);
            case CHUNKED_BODY -> lines.end(bytes, false);
            case REFUSED -> bytes.writerIndex();
        };
    }

    private int endOfHead(ChannelHandlerContext context, ByteBuf bytes) {
        int end = lines.end(bytes, true);
        if (end == HeadLines.FOLDED) {
            refused();
            context.fireUserEventTriggered(Event.FOLDED);
        } else if (!lines.ended() && !lines.atStart()) {
            deadline.start(context); // more of it has to come
        }
        return end;
    }

    private int endOfBody(ByteBuf bytes) {
        int count = (int) Math.min(remaining, bytes.readableBytes());
        remaining -= count;
        return bytes.readerIndex() + count;
    }

    /** The head was decoded: its body follows. */
    void headRead(HttpRequest request) {
        deadline.stop();
        if (HttpUtil.isTransferEncodingChunked(request)) {
            part = Part.CHUNKED_BODY;
        } else {
            part = Part.COUNTED_BODY;
            remaining = HttpUtil.getContentLength(request, 0L);
        }
    }

    /** The request was decoded to its end: the next head follows. */
    void requestRead() {
        part = Part.HEAD;
    }

    /** The request was refused: what still comes is dropped. */
    void refused() {
        deadline.stop();
        part = Part.REFUSED;
    }

    /** A connection that speaks something else now has no decoder of HTTP any more. */
    private boolean isUpgraded(ChannelHandlerContext context) {
        return part == Part.HEAD && lines.atStart() && context.pipeline().get(NettyPipeline.HttpCodec) == null;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        deadline.stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deadline.stop();
        context.fireChannelInactive();
    }
}
