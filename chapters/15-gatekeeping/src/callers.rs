//! Those who are connected, and what is to be done about them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use history::Order;
use tokio::sync::Notify;

use crate::protocol::close;
use crate::store::AccountId;
use crate::store::sessions::SessionId;

/// The most orders that wait for a guest who does not read. Beyond it the guest has to come
/// again, and is told everything anew.
const MOST_ORDERS: usize = 256;

/// The connections of each account. A clone is another handle on the same ones.
#[derive(Clone)]
pub(crate) struct Callers {
    most: usize,
    of: Arc<Mutex<HashMap<AccountId, Vec<Arc<Caller>>>>>,
}

/// One of them.
#[derive(Debug)]
struct Caller {
    session: SessionId,
    orders: Mutex<VecDeque<Order>>,
    bell: Notify,
}

/// The guest's end: it is told what is ordered, as long as it has this.
pub(crate) struct Listening {
    callers: Callers,
    account: AccountId,
    caller: Arc<Caller>,
}

impl Callers {
    /// With so many connections for each account at most.
    pub(crate) fn new(most: usize) -> Self {
        let of = Arc::default();
        Self { most, of }
    }

    /// One more; `None` when the account has all that it may have.
    pub(crate) fn add(
        &self,
        account: AccountId,
        session: SessionId,
    ) -> Option<Listening> {
        let mut of = self.of();
        let callers = of.entry(account).or_default();
        if callers.len() >= self.most {
            return None;
        }
        let (orders, bell) = Default::default();
        let caller = Arc::new(Caller {
            session,
            orders,
            bell,
        });
        callers.push(Arc::clone(&caller));
        let callers = self.clone();
        Some(Listening {
            callers,
            account,
            caller,
        })
    }

    /// Gives an order to all connections of an account.
    pub(crate) fn order(&self, account: AccountId, order: &Order) {
        for caller in self.of().get(&account).into_iter().flatten() {
            caller.order(order.clone());
        }
    }

    /// Closes the connections of an account whose sessions have ended.
    pub(crate) fn end(&self, account: AccountId, ended: impl Fn(SessionId) -> bool) {
        for caller in self.of().get(&account).into_iter().flatten() {
            if ended(caller.session) {
                caller.order(signed_out());
            }
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.of().values().map(Vec::len).sum()
    }

    fn of(&self) -> MutexGuard<'_, HashMap<AccountId, Vec<Arc<Caller>>>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn signed_out() -> Order {
    Order::Close(close::SIGNED_OUT, "the session has ended")
}

impl Caller {
    fn order(&self, mut order: Order) {
        let mut orders = self.orders();
        if let Some(Order::Close(..)) = orders.front() {
            return;
        }
        if orders.len() >= MOST_ORDERS && !matches!(order, Order::Close(..)) {
            order = Order::Close(close::BAD_TICKET, "come again, and hear it anew");
        }
        // Who is to go is told nothing else before: it may take its time to hear it.
        if let Order::Close(..) = order {
            orders.clear();
        }
        orders.push_back(order);
        drop(orders);
        self.bell.notify_one();
    }

    fn orders(&self) -> MutexGuard<'_, VecDeque<Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listening {
    pub(crate) fn account(&self) -> AccountId {
        self.account
    }

    pub(crate) fn session(&self) -> SessionId {
        self.caller.session
    }

    /// The next order.
    ///
    /// # Cancel safety
    ///
    /// Safe: an order is taken when it is given.
    pub(crate) async fn next(&self) -> Order {
        loop {
            if let Some(order) = self.caller.orders().pop_front() {
                return order;
            }
            self.caller.bell.notified().await;
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut of = self.callers.of();
        if let Some(callers) = of.get_mut(&self.account) {
            callers.retain(|caller| !Arc::ptr_eq(caller, &self.caller));
            if callers.is_empty() {
                of.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(number: usize) -> Order {
        Order::Tell(number.to_string())
    }

    #[tokio::test]
    async fn an_account_has_so_many_connections_and_is_forgotten_with_the_last() {
        let callers = Callers::new(2);
        let one = callers.add(1, 10).expect("the first");
        let two = callers.add(1, 11).expect("the second");
        assert!(callers.add(1, 12).is_none());
        assert!(callers.add(2, 20).is_some(), "another's, which goes again");
        callers.order(1, &tell(7));
        assert_eq!((one.next().await, two.next().await), (tell(7), tell(7)));
        callers.end(1, |session| session == 11);
        assert_eq!(two.next().await, signed_out());
        assert_eq!(callers.count(), 2);
        drop((one, two));
        assert!(callers.of().is_empty());
    }

    #[tokio::test]
    async fn who_is_behind_has_to_come_again_and_who_is_signed_out_has_not() {
        let callers = Callers::new(2);
        let one = callers.add(1, 10).expect("the first");
        for number in 0..=2 * MOST_ORDERS {
            callers.order(1, &tell(number));
            assert!(one.caller.orders().len() <= MOST_ORDERS);
        }
        assert!(matches!(
            one.next().await,
            Order::Close(close::BAD_TICKET, _)
        ));
        let two = callers.add(1, 11).expect("the second");
        for number in 0..MOST_ORDERS {
            callers.order(1, &tell(number));
        }
        callers.end(1, |_| true);
        assert_eq!(two.next().await, signed_out());
    }

    #[tokio::test]
    async fn who_is_signed_out_is_told_nothing_else_before_it() {
        let callers = Callers::new(1);
        let one = callers.add(1, 10).expect("the first");
        callers.order(1, &tell(1));
        callers.order(1, &tell(2));
        callers.end(1, |_| true);
        callers.order(1, &tell(3));
        callers.end(1, |_| true);
        assert_eq!(one.next().await, signed_out());
        assert!(one.caller.orders().is_empty());
    }
}
