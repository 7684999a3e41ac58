package io.penstock.store;

import reactor.core.publisher.Mono;

/** Work on the database that happens wholly or not at all. */
public interface Transactions {

    /**
     * Runs work in one database transaction: commits when it completes, rolls back when it errors. Cancelling it cancels nothing: what has
     * begun goes on to its end. Within another transaction it is part of that one.
     */
    <T> Mono<T> run(Mono<T> work);

    /** Keeps an action until the surrounding transaction has committed; where there is none it runs at once. Empty when kept or run. */
    Mono<Void> afterCommit(Runnable action);
}
