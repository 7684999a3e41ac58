package io.penstock.store;

import reactor.core.publisher.Mono;

/** Runs work in one database transaction: commits when it completes, rolls back when it errors or is cancelled. */
public interface Transactions {

    <T> Mono<T> run(Mono<T> work);
}
