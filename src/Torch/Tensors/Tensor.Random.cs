namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null)
            => Aten.normal_.Write(this, mean, std, generator);

        public Tensor uniform_(double from, double to, Generator? generator = null)
            => Aten.uniform_.Write(this, from, to, generator);

        public Tensor bernoulli(Generator? generator = null)
            => Aten.bernoulli.Call(this, generator);

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null)
            => Aten.bernoulli___float.Write(this, p, generator);

        public Tensor exponential_(double lambda = 1, Generator? generator = null)
            => Aten.exponential_.Write(this, lambda, generator);

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null)
            => Aten.multinomial.Call(this, num_samples, replacement, generator);

        public Tensor random_(double from, double to, Generator? generator = null)
            => Aten.random___from.Write(this, (long)from, (long)to, generator);
    }
}
