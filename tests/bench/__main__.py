"""`make bench`: every measurement in one run."""

from tests.bench import build_speed, endpoint_speed, page_speed, reading_cost, store_speed, validate_cost

if __name__ == "__main__":
    build_speed.main()
    reading_cost.main([])
    validate_cost.main()
    store_speed.main()
    page_speed.main()
    endpoint_speed.main()
