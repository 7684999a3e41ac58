package io.penstock.ingress;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.penstock.wire.Refusal.Reason;
import io.penstock.wire.RpcError;

/** Stands behind the HTTP decoder of one connection: what {@link Admission} refuses is answered here, and the connection closed. */
final class AdmissionHandler extends ChannelInboundHandlerAdapter {

    private final Admission admission;
    private final HeadDeadline deadline;
    private boolean closing;

    AdmissionHandler(Admission admission, HeadDeadline deadline) {
        this.admission = admission;
        this.deadline = deadline;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closing) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request) {
            deadline.headRead();
            var reason = request.decoderResult().isFailure() ? null : admission.refuse(request);
            if (reason != null) {
                closing = true;
                ReferenceCountUtil.release(message);
                refuse(context, reason);
                return;
            }
        }
        if (message instanceof LastHttpContent) {
            deadline.requestRead();
        }
        context.fireChannelRead(message);
    }

    /** No route has seen the request, so the answer is one that REST and MCP clients both can read. */
    private static void refuse(ChannelHandlerContext context, Reason reason) {
        var error = RpcError.of(reason);
        var body = Unpooled.wrappedBuffer(error.bytes(null));
        var response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(error.status()), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
}
