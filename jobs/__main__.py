"""python -m jobs: the zesei command without its script."""

from jobs.cli import main

if __name__ == "__main__":
    main()
