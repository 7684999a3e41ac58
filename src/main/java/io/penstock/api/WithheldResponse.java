package io.penstock.api;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A response that only gets out where it is a refusal. */
final class WithheldResponse extends ServerHttpResponseDecorator {

    private static final int FIRST_REFUSAL = 400;

    WithheldResponse(ServerHttpResponse response) {
        super(response);
    }

    boolean isRefusal() {
        var status = getStatusCode();
        return status != null && status.value() >= FIRST_REFUSAL;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
        return isRefusal()
                ? super.writeWith(body)
                : Flux.from(body).doOnNext(DataBufferUtils::release).then();
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
        return isRefusal()
                ? super.writeAndFlushWith(body)
                : Flux.from(body).concatMap(this::writeWith).then();
    }

    @Override
    public Mono<Void> setComplete() {
        return isRefusal() ? super.setComplete() : Mono.empty();
    }
}
